"""The key of an encrypted Neo4j backup, from a file, for the AWS Encryption CLI."""
import base64

import attr
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.base import MasterKeyProviderConfig
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider


@attr.s
class KeyFileConfig(MasterKeyProviderConfig):
    file = attr.ib()
    key_ids = attr.ib(factory=list)


class KeyFile(RawMasterKeyProvider):
    """`--wrapping-keys provider=neo4j-backup key=key file=FILE`; the file holds 32 bytes, raw or as base64."""

    provider_id = "neo4j-backup"
    _config_class = KeyFileConfig

    def __init__(self, **arguments):
        super().__init__()

    def _get_raw_key(self, key_id):
        with open(self.config.file[0], "rb") as source:
            key = source.read()
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=key if len(key) == 32 else base64.b64decode(key),
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )
