import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr, TypeAdapter, ValidationError

from shared.secrets import FernetKeys, SecretList, cipher_of, is_one_of, values_of

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_the_first_value_encrypts_and_all_decrypt() -> None:
    keys = SecretStr(f"{NEW}, {OLD}")

    assert Fernet(NEW).decrypt(cipher_of(keys).encrypt(b"made")) == b"made"
    assert cipher_of(keys).decrypt(Fernet(OLD).encrypt(b"of last year")) == b"of last year"


def test_each_value_is_accepted_and_nothing_else() -> None:
    secret = SecretStr("new, old")

    assert values_of(secret) == ["new", "old"]
    assert [is_one_of(secret, given) for given in (b"new", b"old")] == [True, True]
    assert [is_one_of(secret, given) for given in (b"", b"new, old", b"new,", b"ol", b"\xff")] == [False] * 5


@pytest.mark.parametrize("wrong", ["", ",", "new,", ",old", "new, ,old"])
def test_an_empty_value_which_anybody_could_send_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="none of them empty"):
        TypeAdapter(SecretList).validate_python(wrong)


@pytest.mark.parametrize(
    "wrong", ["", "short", f"{NEW},", f"{NEW},short"], ids=["nothing", "short", "nothing behind", "short behind"]
)
def test_what_is_no_fernet_key_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="must be Fernet keys"):
        TypeAdapter(FernetKeys).validate_python(wrong)
