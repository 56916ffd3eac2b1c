-- After the rows; building an index also tells the planner how many there are, so no ANALYZE (2 s) is needed.
ALTER TABLE shop.customers ADD PRIMARY KEY (id);
ALTER TABLE shop.addresses ADD PRIMARY KEY (id);
ALTER TABLE shop.categories ADD PRIMARY KEY (id);
ALTER TABLE shop.products ADD PRIMARY KEY (id);
ALTER TABLE shop.coupons ADD PRIMARY KEY (id);
ALTER TABLE shop.orders ADD PRIMARY KEY (id);
ALTER TABLE shop.order_items ADD PRIMARY KEY (order_id, line);
ALTER TABLE shop.payments ADD PRIMARY KEY (id);
ALTER TABLE shop.reviews ADD PRIMARY KEY (id);
ALTER TABLE shop.carts ADD PRIMARY KEY (id);
ALTER TABLE shop.gift_cards ADD PRIMARY KEY (id);
ALTER TABLE warehouse.suppliers ADD PRIMARY KEY (id);
ALTER TABLE warehouse.sites ADD PRIMARY KEY (id);
ALTER TABLE warehouse.shipments ADD PRIMARY KEY (id);
ALTER TABLE warehouse.inventory_movements ADD PRIMARY KEY (id);

ALTER TABLE shop.addresses ADD FOREIGN KEY (customer_id) REFERENCES shop.customers;
ALTER TABLE shop.categories ADD FOREIGN KEY (parent_id) REFERENCES shop.categories;
ALTER TABLE shop.products ADD FOREIGN KEY (category_id) REFERENCES shop.categories,
  ADD FOREIGN KEY (supplier_id) REFERENCES warehouse.suppliers;
ALTER TABLE shop.orders ADD FOREIGN KEY (customer_id) REFERENCES shop.customers,
  ADD FOREIGN KEY (address_id) REFERENCES shop.addresses, ADD FOREIGN KEY (coupon_id) REFERENCES shop.coupons;
ALTER TABLE shop.order_items ADD FOREIGN KEY (order_id) REFERENCES shop.orders,
  ADD FOREIGN KEY (product_id) REFERENCES shop.products;
ALTER TABLE shop.payments ADD FOREIGN KEY (order_id) REFERENCES shop.orders;
ALTER TABLE shop.reviews ADD FOREIGN KEY (product_id) REFERENCES shop.products,
  ADD FOREIGN KEY (customer_id) REFERENCES shop.customers;
ALTER TABLE shop.carts ADD FOREIGN KEY (customer_id) REFERENCES shop.customers;
ALTER TABLE shop.gift_cards ADD FOREIGN KEY (customer_id) REFERENCES shop.customers;
ALTER TABLE warehouse.shipments ADD FOREIGN KEY (order_id) REFERENCES shop.orders,
  ADD FOREIGN KEY (site_id) REFERENCES warehouse.sites;
ALTER TABLE warehouse.inventory_movements ADD FOREIGN KEY (product_id) REFERENCES shop.products,
  ADD FOREIGN KEY (site_id) REFERENCES warehouse.sites;

DROP FUNCTION shop.pick(bigint, bigint, integer), shop.pick(bigint, bigint, text[]),
  shop.pick_uuid(bigint, bigint), shop.pick_time(bigint, bigint);
