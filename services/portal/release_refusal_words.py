"""The words of each problem of releases and downloads, by its name (`refusal_words.py`)."""

from services.portal.problem_words import Words
from shared.language import mark

OF_RELEASES = {
    "product_not_known": Words(mark("There is no such product"), mark("Load the page again, and choose a product.")),
    "release_version_taken": Words(
        mark("The version is taken"), mark("Another release of this product has this version. Choose another one.")
    ),
    "release_not_draft": Words(
        mark("The release is not a draft"), mark("A release does not change any more once it is published.")
    ),
    "release_not_published": Words(
        mark("The release is not published"), mark("Only a published release can be withdrawn.")
    ),
    "release_not_ready": Words(
        mark("The files are not ready"),
        mark("A release needs a file. Wait until all checksums are known, and remove files that cannot be read."),
    ),
    "release_file_exists": Words(
        mark("There is a file of this name"), mark("There is a file of this name already. Remove it first.")
    ),
    "too_many_release_files": Words(mark("Too many files"), mark("A release has at most 20 files.")),
    "file_not_placed": Words(mark("The store has no such file"), mark("It is not there any more. Choose another one.")),
    "store_unavailable": Words(
        mark("The store does not answer"), mark("The file could not be kept. Try again in a moment.")
    ),
    "upload_broken_off": Words(mark("The upload broke off"), mark("Nothing was kept. Send the file again.")),
    "release_locked": Words(
        mark("Released after your maintenance ended"),
        mark("This release came out after your maintenance ended. Renew it to download this release."),
    ),
    "download_link_over": Words(
        mark("The link is no longer valid"), mark("Open Downloads, and choose the file again.")
    ),
    "range_not_satisfiable": Words(mark("The file is shorter"), mark("Begin the download anew.")),
    "too_many_downloads": Words(mark("Too many downloads at the moment"), mark("Wait a little, then try again.")),
    "file_unavailable": Words(
        mark("The file is not available just now"), mark("Try again later. If it stays so, ask support.")
    ),
}
