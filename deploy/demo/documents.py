"""What staff keep with an account of the demo: a contract and a statement, as PDFs of one line."""

from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from deploy.demo.person import Person

DOCUMENTS = (("Master services agreement 2026", "contract"), ("Statement of account, 2026", "statement"))


async def keep_documents(robin: Person, priya: Person) -> None:
    """Those of the customer whose admin Priya is."""
    customer_id = (await priya.get("/api/identity/workspaces/current"))["id"]
    for title, kind in DOCUMENTS:
        id_ = uuid5(NAMESPACE_URL, f"{customer_id}/{title}")
        query = urlencode({"title": title, "kind": kind})
        path = f"/api/billing/documents/of-customers/{customer_id}/{id_}?{query}"
        await robin.upload(path, pdf_of(f"{title}, made up for the demo"))


def pdf_of(text: str) -> bytes:
    """A page with a line of text."""
    shown = f"BT /F1 18 Tf 72 760 Td ({text}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
    )
    made, places = "%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(f"{len(made):010} 00000 n \n")
        made += f"{number} 0 obj\n{content}\nendobj\n"
    count = len(objects) + 1
    table = f"xref\n0 {count}\n0000000000 65535 f \n{''.join(places)}"
    return f"{made}{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n".encode()
