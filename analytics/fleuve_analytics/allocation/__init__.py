"""Whom to contact, and where money goes when there is not enough for all."""

from fleuve_analytics.allocation.contacts import plan_contacts
from fleuve_analytics.allocation.plan import ContactPlan

__all__ = ["ContactPlan", "plan_contacts"]
