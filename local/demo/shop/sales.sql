-- One to three lines an order; prices are the products' own, so that totals and payments add up.
INSERT INTO shop.order_items
SELECT o, line, product.id, 1 + shop.pick(o * 4 + line, 402, 4), product.price,
  CASE WHEN shop.pick(o * 4 + line, 403, 6) = 0 THEN shop.pick(o * 4 + line, 404, 3000) / 10000.0 ELSE 0 END
FROM generate_series(1, 150000) AS o
CROSS JOIN LATERAL generate_series(1, 1 + shop.pick(o, 405, 3)) AS line
JOIN shop.products AS product ON product.id = 1 + shop.pick(o * 4 + line, 401, 8000);

INSERT INTO shop.orders
SELECT o, 1 + shop.pick(o, 411, 60000), 1 + shop.pick(o, 411, 60000),
  CASE WHEN shop.pick(o, 412, 12) = 0 THEN 1 + shop.pick(o, 413, 500) END,
  (ARRAY['pending', 'paid', 'packed', 'shipped', 'delivered', 'delivered', 'delivered', 'delivered', 'returned', 'cancelled'])[1 + shop.pick(o, 414, 10)]::shop.order_status,
  ordered_at, CASE WHEN shop.pick(o, 415, 7) > 0 THEN ordered_at::date + 2 + shop.pick(o, 416, 9) END,
  CASE WHEN shop.pick(o, 417, 4) = 0 THEN time '12:00' + make_interval(mins => shop.pick(o, 418, 32) * 15) END,
  sums.total, currency, CASE currency WHEN 'EUR' THEN 1 ELSE (1 + shop.pick(o, 420, 900000))::numeric / 70000 END,
  inet '192.0.2.0' + shop.pick(o, 421, 256), message IS NOT NULL, message
FROM (SELECT order_id AS o, sum(round(quantity * unit_price * (1 - discount), 2)) AS total
      FROM shop.order_items GROUP BY order_id ORDER BY order_id) AS sums
CROSS JOIN LATERAL (SELECT shop.pick_time(o, 422) AT TIME ZONE 'UTC' AS ordered_at,
  shop.pick(o, 423, ARRAY['EUR', 'EUR', 'EUR', 'PLN', 'SEK', 'USD', 'JPY']) AS currency,
  CASE shop.pick(o, 424, 30) WHEN 0 THEN 'Alles Gute zum Geburtstag! 🎂' WHEN 1 THEN E'お誕生日おめでとう\n— 家族より' WHEN 2 THEN 'Joyeux Noël, "mon ami"' END AS message) AS extra;

INSERT INTO shop.payments
SELECT shop.pick_uuid(o.id, 431), o.id, method::shop.payment_method, o.total,
  CASE WHEN method = 'card' THEN lpad(shop.pick(o.id, 433, 10000)::text, 4, '0') END,
  o.ordered_at + make_interval(secs => shop.pick(o.id, 434, 7200)),
  CASE WHEN shop.pick(o.id, 435, 5) > 0 THEN shop.pick(o.id, 436, 1000) / 1000.0 END, o.status = 'returned',
  CASE WHEN shop.pick(o.id, 437, 3) = 0 THEN json_build_object('code', 'OK', 'trace', substr(md5(o.id::text), 1, 12)) END
FROM shop.orders AS o
CROSS JOIN LATERAL (SELECT shop.pick(o.id, 432, ARRAY['card', 'card', 'bank transfer', 'wallet', 'invoice', 'gift card']) AS method) AS chosen
WHERE o.status NOT IN ('pending', 'cancelled');

INSERT INTO warehouse.shipments
SELECT row_number() OVER (ORDER BY o.id), o.id, 1 + shop.pick(o.id, 441, 6),
  shop.pick(o.id, 442, ARRAY['DHL', 'La Poste', 'InPost', 'Correos', 'PostNord', '顺丰']),
  upper(substr(md5('s' || o.id), 1, 14)), (50 + shop.pick(o.id, 443, 20000)) / 1000.0, shipped_at,
  CASE WHEN o.status <> 'shipped' THEN shipped_at + transit END, CASE WHEN o.status <> 'shipped' THEN transit END
FROM shop.orders AS o
CROSS JOIN LATERAL (SELECT (o.ordered_at AT TIME ZONE 'UTC') + make_interval(hours => 3 + shop.pick(o.id, 444, 40)) AS shipped_at,
  make_interval(days => shop.pick(o.id, 445, 6), mins => 30 + shop.pick(o.id, 446, 1400)) AS transit) AS moved
WHERE o.status IN ('shipped', 'delivered', 'returned');
