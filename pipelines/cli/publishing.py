"""Commands that meet the portal: plan, publish, get, rollback, status."""
