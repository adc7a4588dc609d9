from tests.leads.intake.conftest import clinic

__all__ = ["clinic"]
