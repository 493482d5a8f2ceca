"""An append-only log as a Merkle tree: hashes and proofs, tiles, signed checkpoints. Pure like all of this package.

- `tree`: hashes, roots, inclusion and consistency proofs (RFC 6962 §2.1, RFC 9162 §2.1)
- `tiles`: the tree cut into tiles and entry bundles, as it is served, and appending to it (C2SP tlog-tiles)
- `checkpoint`: signed tree heads (C2SP signed-note, tlog-checkpoint)
- `offline_proof`: a proof with its checkpoint in one text (C2SP tlog-proof)

What the entries say is up to the caller; here they are bytes.
"""

from credentials.log.checkpoint import Checkpoint, note_key_id, open_checkpoint, sign_checkpoint, verifier_key
from credentials.log.offline_proof import OfflineProof
from credentials.log.tiles import (
    Appended,
    Bundle,
    Tile,
    append,
    decode_entries,
    encode_entries,
    hash_reader,
    parse_path,
    tiles_of,
)
from credentials.log.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "Appended",
    "Bundle",
    "Checkpoint",
    "OfflineProof",
    "Tile",
    "append",
    "consistency_proof",
    "decode_entries",
    "encode_entries",
    "hash_reader",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "note_key_id",
    "open_checkpoint",
    "parse_path",
    "root_of",
    "sign_checkpoint",
    "tiles_of",
    "verifier_key",
    "verify_consistency",
    "verify_inclusion",
]
