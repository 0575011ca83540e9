"""Lists of customers at any size: the columnar mirror, saved views, groups, exports and bulk edits."""
