"""Refusals of backup and restore.

::

    BackupRefused
    ├── ArchiveDamaged        the file is not an archive of Fleuve, or not all of it
    ├── TargetNotEmpty        restoring would mix two sets of customers
    └── ArchiveIsNewer        made by a later version
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["ArchiveDamaged", "ArchiveIsNewer", "BackupRefused", "TargetNotEmpty"]


class BackupRefused(FleuveError):
    """A backup or a restore that was not done."""

    code = "backup_refused"


class ArchiveDamaged(BackupRefused):
    """The file is not an archive of Fleuve, or some of it is missing or changed."""

    code = "archive_damaged"


class TargetNotEmpty(BackupRefused):
    """There is data where the archive would go."""

    code = "target_not_empty"
    status = 409


class ArchiveIsNewer(BackupRefused):
    """The archive holds tables that this version does not know."""

    code = "archive_is_newer"
