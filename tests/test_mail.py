"""A letter is taken or it is not, and what is said of that names nobody."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.config import MailServer
from bot.mail import NotTakenError, RefusedError, send
from tests.fakes.postbox import postbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.postbox import Postbox

SENDER = "The Fernwick Party <no-reply@fernwick.example>"
TO = "ada@post.example"


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, TO, "Your week"
    message.set_content("Nothing.\n")
    return message


def server(box: Postbox, **more: Any) -> MailServer:
    return MailServer(**{"sender": SENDER, "host": "127.0.0.1", "port": box.port, "security": "none", **more})


def untrusted(folder: Path) -> ssl.SSLContext:
    """What a server shows that has made its certificate itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


def test_letter_arrives() -> None:
    with postbox() as box:
        send(server(box), "", letter())
        assert [(each["To"], each.get_content().strip()) for each in box.letters] == [(TO, "Nothing.")]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # on loopback nobody reads along
def test_password_is_given_where_one_is_asked_for() -> None:
    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(handled=False, success=(given.login, given.password) == (b"bot", b"correct horse"))

    with postbox(authenticator=knows, auth_required=True, auth_require_tls=False) as box:
        send(server(box, user="bot", password_env="MAIL_PASSWORD"), "correct horse", letter())
        assert len(box.letters) == 1
        with pytest.raises(NotTakenError, match="SMTPAuthenticationError") as caught:
            send(server(box, user="bot", password_env="MAIL_PASSWORD"), "wrong horse", letter())
        assert "horse" not in str(caught.value)


def test_server_whose_certificate_nobody_vouches_for_is_given_nothing(tmp_path: Path) -> None:
    with postbox(tls_context=untrusted(tmp_path)) as box:
        with pytest.raises(NotTakenError, match="SSLCertVerificationError"):
            send(server(box, security="starttls"), "", letter())
        assert box.letters == []


def test_server_that_offers_no_encryption_is_given_nothing_where_it_is_asked_for() -> None:
    with postbox() as box:
        with pytest.raises(NotTakenError, match="SMTPNotSupportedError"):
            send(server(box, security="starttls"), "", letter())
        assert box.letters == []


@pytest.mark.parametrize(("answer", "for_good"), [("550 no such mailbox", True), ("451 come again", False)])
def test_refused_address_is_told_apart_from_a_server_that_fails_and_is_not_named(answer: str, for_good: bool) -> None:  # noqa: FBT001  given by pytest
    with postbox() as box:
        box.refusing = answer
        with pytest.raises(RefusedError) as caught:
            send(server(box), "", letter())
    assert caught.value.for_good is for_good
    assert "ada" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_server_that_is_not_there_is_told() -> None:
    with pytest.raises(NotTakenError, match="ConnectionRefusedError"):
        send(MailServer(sender=SENDER, host="127.0.0.1", port=9, security="none"), "", letter())
