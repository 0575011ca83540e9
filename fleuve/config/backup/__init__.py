"""Backup and restore: one portable, verified archive that either database can read back.

::

    fleuve-20261121T101500Z.zip
      manifest.json          format, program version, migrations, and per table: columns, kinds, rows, sha256
      tables/<table>.jsonl   one row a line, an array in the order of the manifest's columns
      uploads/…              files as people brought them

Values are written the way SQLite stores them (UTC times as text, booleans as 0 and 1), so that the embedded database
converts nothing; PostgreSQL converts while reading and writing. Derived history, sign-in sessions and the secret key
are left out: the first is rebuilt, the others must not travel.
"""
