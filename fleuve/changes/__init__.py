"""One journal of changes, field by field: what was there, what came, who and why. History, restore and undo read it.

``docs/rules/changes.md`` tells the rule. Writers hand their edits to ``changed`` in their own transaction; whoever
takes back a whole origin (an import, a bulk edit) calls ``undo_some`` until nothing is left.
"""
