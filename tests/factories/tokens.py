"""A PKCS#11 token to keep keys in: SoftHSM, with its files in a folder of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from glob import glob
from pathlib import Path
from typing import Any

from app.core.config import KeyToken

LABEL = "ieum test"
PIN = "271828"
_PLACES = ("/usr/lib/softhsm", "/usr/lib/*/softhsm", "/usr/local/lib/softhsm", "/opt/homebrew/lib/softhsm")

# Another process asks what the token says of its keys, and for the private value itself.
_LOOK = """
import json, sys
import pkcs11
from pkcs11 import Attribute, ObjectClass
session = pkcs11.lib(sys.argv[1]).get_token(token_label=sys.argv[2]).open(user_pin=sys.argv[3])
told = []
for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}):
    try:
        value = bytes(key[Attribute.VALUE]).hex()
    except pkcs11.exceptions.AttributeSensitive:
        value = None
    names = ("TOKEN", "PRIVATE", "SENSITIVE", "EXTRACTABLE", "NEVER_EXTRACTABLE")
    told.append({"id": key.id.hex(), "value": value} | {name: key[getattr(Attribute, name)] for name in names})
print(json.dumps(told))
"""


def module() -> str:
    """Answer SoftHSM's library. It is never skipped: `tests/install-tools` installs it."""
    found = [path for place in _PLACES for path in glob(f"{place}/libsofthsm2.so")]
    assert found, "SoftHSM is not installed; run tests/install-tools"
    return found[0]


def make_token(folder: Path, label: str = LABEL, pin: str = PIN) -> KeyToken:
    """Make an empty token in a folder; the environment says afterwards where SoftHSM finds it."""
    (folder / "tokens").mkdir(exist_ok=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    new = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "3141592"]
    subprocess.run(new, check=True, capture_output=True)
    pin_file = folder / "pin"
    pin_file.write_text(pin + "\n")
    return KeyToken(module(), label, pin_file)


_MAKE = """
import sys
import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism
session = pkcs11.lib(sys.argv[1]).get_token(token_label=sys.argv[2]).open(rw=True, user_pin=sys.argv[3])
named = {Attribute.EC_PARAMS: bytes.fromhex("06032b6570")}
curve = session.create_domain_parameters(KeyType.EC_EDWARDS, named, local=True)
loose = {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True}
made, _ = curve.generate_keypair(
    id=b"loose", store=True, mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, private_template=loose
)
"""


def make_loose_key(token: KeyToken) -> str:
    """Make a key that the token may give out; answer its id. It shows that a look at the others means something."""
    subprocess.run([sys.executable, "-c", _MAKE, token.module, token.label, PIN], check=True, capture_output=True)
    return b"loose".hex()


def private_keys(token: KeyToken) -> dict[str, dict[str, Any]]:
    """Answer what the token says of each private key in it, by its id in hexadecimal."""
    asked = [sys.executable, "-c", _LOOK, token.module, token.label, PIN]
    said = json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
    return {key["id"]: key for key in said}
