"""What people see: pictures of tables, and text that reads well on a phone."""
