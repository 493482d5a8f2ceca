"""What the kit computes itself where a browser does not, and how its modules become one script."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.certificates.sunset_script import bundle

pytestmark = pytest.mark.browser

# RFC 8032 §7.1, TEST 1 to 3 and TEST SHA(abc).
ED25519 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493


def test_our_own_ed25519_holds_to_the_published_vectors(modules: Page) -> None:
    def with_order(signature: str) -> str:
        number = int.from_bytes(bytes.fromhex(signature[64:]), "little") + ORDER
        return signature[:64] + number.to_bytes(32, "little").hex()

    flip = {"0": "1"}
    cases = [[key, message, signature] for key, message, signature in ED25519]
    wrong = [[key, message + "00", signature] for key, message, signature in ED25519]
    wrong += [[key, message, with_order(signature)] for key, message, signature in ED25519]
    wrong += [[key, message, flip.get(signature[0], "0") + signature[1:]] for key, message, signature in ED25519]
    wrong += [["ff" * 32, "", ED25519[0][2]], ["02" + "00" * 31, "", ED25519[0][2]], [ED25519[0][0], "", "00" * 64]]
    answers = modules.evaluate(
        """(all) => all.map((one) => {
            const bytes = one.map((hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)));
            return module_ed25519.verifyEd25519(...bytes);
        })""".replace("one.map", "[one[0], one[2], one[1]].map"),
        cases + wrong,
    )
    assert answers == [True] * len(cases) + [False] * len(wrong)


def test_our_own_digests_are_those_of_everybody(modules: Page) -> None:
    sizes = [0, 1, 3, 55, 56, 63, 64, 111, 112, 119, 127, 128, 129, 300]
    answers = modules.evaluate(
        """(sizes) => sizes.map((size) => [256, 512].map((bits) =>
            module_bytes.hexOf(module_sha2.sha2(bits, new Uint8Array(size).fill(size & 255)))))""",
        sizes,
    )
    for size, (short, long) in zip(sizes, answers, strict=True):
        data = bytes([size & 255]) * size
        assert (short, long) == (hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest())


def test_modules_that_cannot_be_bundled_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text('import { two } from "./two.js";\nexport const one = two;\n')
    (tmp_path / "two.js").write_text('import { one } from "./one.js";\nexport const two = one;\n')
    with pytest.raises(ValueError, match="one → two → one"):
        bundle(tmp_path, "one")
    (tmp_path / "two.js").write_text("export default 2;\n")
    with pytest.raises(ValueError, match="not understood"):
        bundle(tmp_path, "one")
    (tmp_path / "two.js").write_text('export const two = "</script>";\n')
    with pytest.raises(ValueError, match="before its end"):
        bundle(tmp_path, "one")
