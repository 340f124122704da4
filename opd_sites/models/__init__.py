from .agency import Agency, RoleGroup

__all__ = ["Agency", "RoleGroup"]
