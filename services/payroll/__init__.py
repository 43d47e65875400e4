"""The month's payroll: real wages, the lawful deduction, refunds, leavers, batches for the payroll office."""
