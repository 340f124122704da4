"""Who publishes where: many agencies safely in one Wagtail."""
