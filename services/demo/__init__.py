"""The demo company of a first start: an invented carrier in Shouguang with its fleet, people, customers and orders.

Everything goes through the services a person would use, so nothing here can hold what the product would refuse.
Days and hours in the data count from the moment of seeding. Nobody real can be reached: mail ends in
example.com, webhooks in .invalid, ID numbers use sequence codes that are kept for people over a hundred.
"""
