INSERT INTO shop.customers
SELECT i, shop.pick_uuid(i, 1), given, family,
  'customer' || i || shop.pick(i, 2, ARRAY['@example.com', '@example.org', '@post.example', '@mail.example']),
  CASE WHEN shop.pick(i, 3, 5) > 0 THEN '+' || (10 + shop.pick(i, 4, 80)) || ' ' || (100000 + shop.pick(i, 5, 9899999)) END,
  shop.pick(i, 6, ARRAY['DE', 'FR', 'PL', 'ES', 'GR', 'JP', 'CN', 'VN', 'TR', 'EG', 'IN', 'SE', 'US', 'BR']),
  CASE WHEN shop.pick(i, 7, 10) > 0 THEN date '1940-01-01' + shop.pick(i, 8, 24800) END,
  shop.pick(i, 9, 3) = 0, shop.pick(i, 10, 5), shop.pick(i, 11, 250000),
  CASE WHEN shop.pick(i, 12, 4) > 0 THEN shop.pick(i, 13, 500000) / 100.0 END,
  CASE shop.pick(i, 14, 4) WHEN 0 THEN '{}'::text[] WHEN 1 THEN '{books}' WHEN 2 THEN '{"outdoor, winter",garden}' ELSE '{music,"say \"hi\"",NULL}' END,
  jsonb_build_object('locale', shop.pick(i, 15, ARRAY['de-DE', 'fr-FR', 'pl-PL', 'ja-JP', 'en-US']),
    'dark', shop.pick(i, 16, 2) = 0, 'page_size', 10 + shop.pick(i, 17, 5) * 10),
  CASE WHEN shop.pick(i, 18, 8) = 0 THEN ('2001:db8::' || to_hex(shop.pick(i, 19, 65535)))::inet
    ELSE inet '10.0.0.0' + shop.pick(i, 20, 16777216) END,
  shop.pick_time(i, 21) AT TIME ZONE 'UTC',
  CASE shop.pick(i, 22, 40) WHEN 0 THEN E'Bitte beim Nachbarn abgeben,\nKlingel „Größe“' WHEN 1 THEN 'prefers "quiet" delivery; 🚲 only'
    WHEN 2 THEN '' WHEN 3 THEN 'العميل يفضل الاتصال مساءً' END
FROM generate_series(1, 60000) AS i,
LATERAL (SELECT
  shop.pick(i, 23, ARRAY['Zoë', 'José', 'Łukasz', 'Søren', 'Иван', 'Ольга', '小明', 'さくら', 'محمد', 'Σοφία', 'Thị Hương', 'Ayşe',
    'Anna', 'Paul', 'Maja', 'Élodie', 'Jürgen', 'Ines', 'Noah', 'Priya', 'O''Brien', 'Lea-Marie', 'Björk', 'Chloé']) AS given,
  shop.pick(i, 24, ARRAY['Müller', 'García', 'Kowalski', 'Ångström', 'Петров', 'Nguyễn', '田中', '王', 'حسن', 'Παπαδοπούλου', 'Yılmaz',
    'D''Angelo', 'Smith', 'Żółć', 'Weiß', 'Fernández de la Cruz', 'Sørensen', 'Dupré', 'Núñez', 'Patel', 'Horváth', 'Çelik']) AS family);

INSERT INTO shop.addresses
SELECT i, 1 + (i - 1) % 60000,
  (ARRAY['billing', 'shipping', 'both'])[1 + shop.pick(i, 101, 3)]::shop.address_kind,
  shop.pick(i, 102, ARRAY['Lindenstraße', 'Rue de l''Église', 'Ulica Długa', 'Calle Mayor', 'Οδός Ερμού', '中山路', 'Storgatan', 'İstiklal Caddesi', 'High Street']),
  (1 + shop.pick(i, 103, 240)) || shop.pick(i, 104, ARRAY['', '', '', 'a', 'b', ' bis']),
  lpad(shop.pick(i, 105, 99999)::text, 5, '0'),
  shop.pick(i, 106, ARRAY['Köln', 'Paris', 'Łódź', 'Málaga', 'Αθήνα', '上海', 'Malmö', 'İzmir', 'São Paulo', 'Đà Nẵng', 'القاهرة']),
  shop.pick(i, 107, ARRAY['DE', 'FR', 'PL', 'ES', 'GR', 'CN', 'SE', 'TR', 'BR', 'VN', 'EG']),
  CASE WHEN shop.pick(i, 108, 6) > 0 THEN -60 + shop.pick(i, 109, 120000000) / 1e6 END,
  CASE WHEN shop.pick(i, 108, 6) > 0 THEN -180 + shop.pick(i, 110, 360000000) / 1e6 END,
  CASE WHEN shop.pick(i, 108, 6) > 0 THEN shop.pick(i, 111, 5000) / 10.0 END,
  CASE WHEN shop.pick(i, 112, 9) = 0 THEN daterange(date '2020-01-01', date '2020-01-02' + shop.pick(i, 113, 1500))
    ELSE daterange(date '2020-01-01' + shop.pick(i, 113, 1500), NULL) END
FROM generate_series(1, 75000) AS i;

INSERT INTO shop.carts
SELECT shop.pick_uuid(i, 201), CASE WHEN shop.pick(i, 202, 3) > 0 THEN 1 + shop.pick(i, 203, 60000) END,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('product', 1 + shop.pick(i * 10 + n, 204, 8000), 'quantity', n)), '[]')
   FROM generate_series(1, shop.pick(i, 205, 4)) AS n),
  decode(md5(i::text) || md5('t' || i), 'hex'),
  make_interval(days => shop.pick(i, 206, 30), hours => shop.pick(i, 207, 24), secs => shop.pick(i, 208, 60000) / 1000.0),
  shop.pick_time(i, 209)
FROM generate_series(1, 20000) AS i;
