"""What every resource uses: strict JSON, fields, endpoints, pages, problems."""
