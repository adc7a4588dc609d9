"""A bucket of an S3-compatible store as a destination.

Access keys come from where boto3 looks for them: AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY in the environment, a profile, or the machine's role.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.exceptions import ConnectionError as NotReached

from safekeeping.backups.storage.destinations import DestinationFailed, ObjectMissing

# A dead store is known soon; the copy is tried again a minute later.
CONFIG = Config(
    connect_timeout=5, read_timeout=30, retries={"max_attempts": 2, "mode": "standard"}
)
MISSING_CODES = {"404", "NoSuchKey", "NotFound"}


class S3Destination:
    def __init__(self, address: str, endpoint: str = "", *, lock_days: int = 0) -> None:
        parts = urlsplit(address)
        self.name = address
        self.bucket = parts.netloc
        self.prefix = parts.path.strip("/") + "/" if parts.path.strip("/") else ""
        self.lock_days = lock_days
        self.client: Any = boto3.client(
            "s3", endpoint_url=endpoint or None, config=CONFIG
        )

    def names(self, prefix: str) -> list[str]:
        with self._failing():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            return sorted(
                row["Key"].removeprefix(self.prefix)
                for page in pages
                for row in page.get("Contents", ())
            )

    def write(self, name: str, source: Path, *, locked: bool = False) -> None:
        """A store shows an object only when its upload is complete."""
        extra: dict[str, Any] = {"ChecksumAlgorithm": "SHA256"}
        if locked and self.lock_days:
            until = datetime.now(UTC) + timedelta(days=self.lock_days)
            extra |= {
                "ObjectLockMode": "COMPLIANCE",
                "ObjectLockRetainUntilDate": until,
            }
        with self._failing():
            self.client.upload_file(
                str(source), self.bucket, self.prefix + name, ExtraArgs=extra
            )

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with self._failing():
            answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)
        with closing(answer["Body"]) as body:
            yield body

    def size(self, name: str) -> int | None:
        head = self._head(name)
        return head["ContentLength"] if head else None

    def delete(self, name: str) -> None:
        with self._failing():
            self.client.delete_object(Bucket=self.bucket, Key=self.prefix + name)

    def locked_until(self, name: str) -> datetime | None:
        head = self._head(name)
        return head.get("ObjectLockRetainUntilDate") if head else None

    def _head(self, name: str) -> dict[str, Any] | None:
        try:
            with self._failing():
                found: dict[str, Any] = self.client.head_object(
                    Bucket=self.bucket, Key=self.prefix + name
                )
                return found
        except ObjectMissing:
            return None

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            is_missing = _code(error) in MISSING_CODES
            raise (ObjectMissing if is_missing else DestinationFailed)(
                f"The store {self.name} refuses us: {_code(error)}. Check the bucket's "
                "name, its rights, and the access key."
            ) from error
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise DestinationFailed(
                f"The store {self.name} asks for an access key: set AWS_ACCESS_KEY_ID "
                "and AWS_SECRET_ACCESS_KEY."
            ) from error
        except (NotReached, HTTPClientError) as error:
            raise DestinationFailed(
                f"The store {self.name} can't be reached ({type(error).__name__}). "
                "Check BACKUP_SECOND_ENDPOINT and the network."
            ) from error
        except (BotoCoreError, S3UploadFailedError, OSError) as error:
            raise DestinationFailed(
                f"The store {self.name} can't be used: {type(error).__name__}."
            ) from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
