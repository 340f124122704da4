import pytest
from django.core.exceptions import ValidationError

from opd_sites.hostnames import validate_hostname


@pytest.mark.parametrize(
    "hostname",
    ["dinkes.example.test", "DINKES.example.test", "localhost", "a-b.c1", "10.0.0.5", "x" * 63],
)
def test_a_hostname_is_accepted(hostname):
    validate_hostname(hostname)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://dinkes.example.test",
        "dinkes.example.test/",
        "dinkes.example.test:8000",
        "dinkes.example.test.",
        ".example.test",
        "dinas kesehatan.example.test",
        "-dinkes.example.test",
        "dinkes-.example.test",
        "dinkes..example.test",
        "dinkes_1.example.test",
        "dinkés.example.test",
        "dinkes.example.test\n",
        "x" * 64,
    ],
)
def test_what_no_browser_could_ask_for_is_refused_by_name(text):
    with pytest.raises(ValidationError) as refusal:
        validate_hostname(text)
    assert text in refusal.value.messages[0]
