"""Are secrets, images, security groups and backends read as they are written in the wild?"""

from __future__ import annotations

import base64

import pytest

from policies import backends, gpu_families, images, ingress, secrets
from policies.subject import Module, Resource


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
        ("LTAI5tAbCdEfGhIjKlMnOpQr", "an Alibaba Cloud key"),
        ("AKIDabcdefghijklmnopqrstuvwxyz0123456789", "a Tencent Cloud key"),
        ("AKLTabcdefghijklmnopqrstuvwx", "a Volcano Engine key"),
        ("AKIAIOSFODNN7EXAMPLE", "an AWS key"),
        ("token hf_abcdefghijklmnopqrstuvwxyz0123456789", "a Hugging Face token"),
        ("https://ci:geheim1@files.example.com", "a password in a URL"),
        ("export DB_PASSWORD=Tr0ub4dor-and-3", "a password"),
        ("docker login -u ci -p Tr0ub4dor r.example.com", "a password of a command"),
        ('docker login -u ci -p "$TOKEN" r.example.com', None),
        ("export DB_PASSWORD=$(vault read pw)", None),
        ("password: ${var.password}", None),
        ("password=changeme-please", None),
        ("read the password: it is in the vault", None),
        ("https://files.example.com:8443/driver", None),
        ("sha256:0123456789abcdef", None),
        ("", None),
    ],
)
def test_a_secret_is_told_by_its_form(text, kind):
    assert secrets.in_text(text) == kind


def test_a_secret_is_found_inside_base64():
    script = base64.b64encode(b"#!/bin/sh\nexport DB_PASSWORD=Tr0ub4dor-and-3\n").decode()

    assert secrets.in_script(script) == "a password"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("password", True),
        ("adminPassword", True),
        ("registry_password", True),
        ("secretKey", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("clientSecret", True),
        ("HF_TOKEN", True),
        ("existingSecret", False),
        ("passwordFile", False),
        ("tokenPath", False),
        ("secretName", False),
        ("automountServiceAccountToken", True),
        ("keyboard", False),
        ("monkey", False),
    ],
)
def test_a_secret_is_told_by_its_name(name, expected):
    assert secrets.named(name) is expected


@pytest.mark.parametrize("value", ["", "  ", "changeme", "<password>", "${var.x}", "***", True, 3])
def test_a_placeholder_is_no_secret(value):
    assert not secrets.is_written(value)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"image": "a/b:v1"}, [("v1", False, True)]),
        ({"image": "a/b"}, [("", False, True)]),
        ({"image": "host:5000/a/b"}, [("", False, True)]),
        ({"image": "a/b@sha256:0123"}, [("", True, True)]),
        ({"image": {"repository": "a", "tag": "v1"}}, [("v1", False, False)]),
        ({"image": {"repository": "a", "tag": 1.5}}, [("1.5", False, False)]),
        ({"image": {"repository": "a", "tag": "v1", "digest": "sha256:0"}}, [("v1", True, False)]),
        ({"image": {"repository": "a", "tag": "v1@sha256:01"}}, [("v1", True, False)]),
        ({"webhookImage": "a:v1"}, [("v1", False, True)]),
        ({"image": "a", "tag": "v1"}, [("v1", False, False)]),
        ({"sidecars": [{"image": "a:v1"}]}, [("v1", False, True)]),
        ({"image": "${var.image}"}, []),
        ({"imagePullPolicy": "Always", "images": ["a:v1"]}, []),
        ({"tag": "v1"}, []),
    ],
)
def test_images_are_found_as_charts_name_them(values, expected):
    found = [(image.tag, image.digest, image.whole) for image in images.images(values)]

    assert found == expected


def test_a_report_shows_an_address_without_its_password():
    url = "https://ci:geheim@charts.example.com/hami"

    assert secrets.without_password(url) == "https://charts.example.com/hami"


def test_no_text_makes_a_search_go_on_for_ever():
    """Each of these would take hours with a pattern that tries all ways to divide it."""
    texts = [
        "a" + "/" * 5_000 + "!",
        "docker login " * 20_000,
        "a" * 1_000_000,
        "password" * 50_000,
    ]

    for text in texts:
        assert secrets.in_text(text) is None
        assert not secrets.named(f"{text[:10_000]}!")
        assert [image.tag for image in images.images({"image": f"{text}!"})] == []


def group(kind, body):
    module = Module(address="s", stack="s", document={})
    return Resource(address=kind, resource_type=kind, name="a", body=body, module=module)


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("22", ((22, 22),)),
        ("80,443", ((80, 80), (443, 443))),
        ("30000-32767", ((30000, 32767),)),
        ("ALL", (ingress.ALL,)),
        ("nonsense", ()),
        ("22-", ((22, 22),)),
    ],
)
def test_ports_are_read_as_tencent_writes_them(port, expected):
    entry = {"action": "ACCEPT", "protocol": "TCP", "port": port, "cidr_block": "0.0.0.0/0"}
    body = {"ingress": [entry]}

    (found,) = ingress.ingress(group("tencentcloud_security_group_rule_set", body))

    assert found.ports == expected


@pytest.mark.parametrize(
    ("terraform", "expected"),
    [
        ({"backend": {"oss": {"bucket": "b", "key": "k"}}}, ("oss", "b", "", "k")),
        ({"backend": [{"oss": [{"bucket": "b", "key": "k"}]}]}, ("oss", "b", "", "k")),
        ({"backend": {"local": {"path": "x"}}}, ("local", "x")),
        ({"backend": {"cos": {"bucket": "b-1"}}}, ("cos", "b-1", "", "", "")),
        ({"backend": {"s3": {"bucket": "b"}}}, None),
        ({"backend": {"s3": {"bucket": "${var.b}", "key": "k"}}}, None),
        ({"backend": {"http": {"address": "x"}}}, None),
        ({"cloud": {"organization": "o"}}, None),
    ],
)
def test_a_state_is_told_by_its_bucket_and_key(terraform, expected):
    module = Module(address="s", stack="s", document={"terraform": terraform})

    found = backends.backend(module)

    assert found is not None
    assert found.key == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ecs.gn8is.4xlarge", True),
        ("ecs.gn7i-c8g1.2xlarge", True),
        ("ecs.ebmhpcpni3l.48xlarge", True),
        ("PNV6.8XLARGE320", True),
        ("GN10Xp.2XLARGE40", True),
        ("ecs.g7.xlarge", False),
        ("S5.MEDIUM4", False),
        ("ecs.g1ie.xlarge", False),
        ("", False),
        (None, False),
    ],
)
def test_machines_with_cards_are_told_by_their_family(name, expected):
    assert gpu_families.has_gpus(name) is expected
