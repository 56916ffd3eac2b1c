INSERT INTO shop.categories
SELECT i, CASE WHEN i > 8 THEN 1 + shop.pick(i, 301, 8) END,
  CASE WHEN i <= 8 THEN (ARRAY['Bücher', 'Vêtements', 'Ogród', 'Juguetes', '食品', 'Электроника', 'Sport', 'Büro & Schule'])[i]
    ELSE 'Category ' || i END,
  i, json_build_object('icon', shop.pick(i, 302, ARRAY['📚', '👕', '🌱', '🧸', '🍜', '💡', '⚽', '🖇']), 'depth', (i > 8)::integer)
FROM generate_series(1, 60) AS i;

INSERT INTO warehouse.suppliers
SELECT i, shop.pick(i, 311, ARRAY['Nordlicht', 'Étoile', 'Zielony', 'Sol y Mar', 'Αιγαίο', '东方', 'Fjäll', 'Delta']) || ' '
    || shop.pick(i, 312, ARRAY['GmbH', 'S.A.', 'Sp. z o.o.', 'Ltd.', '株式会社', 'AB']) || ' ' || i,
  shop.pick(i, 313, ARRAY['DE', 'FR', 'PL', 'ES', 'GR', 'CN', 'SE', 'JP']),
  network(set_masklen(inet '172.16.0.0' + shop.pick(i, 314, 4096) * 256, 24))::cidr,
  ('02' || substr(md5(i::text), 1, 10))::macaddr,
  make_interval(months => shop.pick(i, 315, 3), days => shop.pick(i, 316, 28), hours => shop.pick(i, 317, 24)),
  time '06:00' + make_interval(mins => shop.pick(i, 318, 16) * 15),
  ((15 + shop.pick(i, 319, 6)) || ':30:00' || shop.pick(i, 320, ARRAY['+00', '+01', '+02', '+05:30', '-03', '+09']))::timetz,
  CASE WHEN shop.pick(i, 321, 7) > 0 THEN shop.pick(i, 322, 50) / 10.0 END,
  (ARRAY['DE', 'FR', 'PL', 'ES', 'GR', 'SE'])[1 : 1 + shop.pick(i, 323, 6)]
FROM generate_series(1, 300) AS i;

INSERT INTO warehouse.sites
SELECT i, (ARRAY['CGN-1', 'LOD-1', 'CDG-2', 'AGP-1', 'MMX-1', 'ATH-1'])[i],
  (ARRAY['Köln', 'Łódź', 'Paris', 'Málaga', 'Malmö', 'Αθήνα'])[i], date '2012-03-01' + i * 400, 4000 + i * 1750
FROM generate_series(1, 6) AS i;

INSERT INTO shop.products
SELECT i, 'SKU' || lpad(i::text, 9, '0'),
  shop.pick(i, 331, ARRAY['Lampe', 'Teekanne', 'Sac à dos', 'Kurtka', 'Bicicleta', 'Καρέκλα', '茶杯', 'Книга', 'Headphones', 'Crayon “Pro”'])
    || ' ' || shop.pick(i, 332, ARRAY['Classic', 'Größe L', 'Été', 'żółty', '№ 5', 'Mini', '2-in-1', '✨']) || ' ' || i,
  repeat(shop.pick(i, 333, ARRAY['Solid, light and made to last. ', 'Leicht, robust, „schön“. ', 'Pour l''été comme pour l''hiver. ', '品質保証付き。']),
    1 + shop.pick(i, 334, 6)),
  9 + shop.pick(i, 335, 52), 1 + shop.pick(i, 336, 300),
  (99 + shop.pick(i, 337, 49900)) / 100.0, (ARRAY[0.07, 0.19, 0.2, 0.055])[1 + shop.pick(i, 338, 4)],
  CASE WHEN shop.pick(i, 339, 12) > 0 THEN shop.pick(i, 340, 1000000)::numeric / (3 + shop.pick(i, 341, 97)) END,
  CASE WHEN shop.pick(i, 342, 5) > 0 THEN shop.pick(i, 343, 300000) / 7000.0 END,
  CASE WHEN shop.pick(i, 344, 3) > 0 THEN ARRAY[shop.pick(i, 345, 2000) / 10.0, shop.pick(i, 346, 900) / 10.0, shop.pick(i, 347, 500) / 10.0] END,
  CASE shop.pick(i, 348, 4) WHEN 0 THEN int4range(34, 46) WHEN 1 THEN int4range(1, NULL) WHEN 2 THEN 'empty'::int4range END,
  CASE WHEN shop.pick(i, 349, 4) > 0 THEN decode('89504e470d0a1a0a' || repeat(md5(i::text), 1 + shop.pick(i, 350, 8)), 'hex') END,
  jsonb_build_object('colour', shop.pick(i, 351, ARRAY['rot', 'bleu', 'zielony', '黒']), 'watt', shop.pick(i, 352, 2000) / 10.0, 'tags', jsonb_build_array('a', NULL, i)),
  shop.pick(i, 353, 20) = 0, shop.pick_time(i, 354)
FROM generate_series(1, 8000) AS i;

INSERT INTO shop.coupons
SELECT i, 'SAVE-' || upper(substr(md5('c' || i), 1, 10)), 5 + shop.pick(i, 361, 4500) / 100.0,
  tstzrange(start_at, CASE WHEN shop.pick(i, 362, 5) > 0 THEN start_at + make_interval(days => 7 + shop.pick(i, 363, 200)) END),
  numrange(10 + shop.pick(i, 364, 90), CASE WHEN shop.pick(i, 365, 2) = 0 THEN 1000.50 END, '[]'),
  CASE WHEN shop.pick(i, 366, 3) > 0 THEN shop.pick(i, 367, 1000) END
FROM generate_series(1, 500) AS i, LATERAL (SELECT shop.pick_time(i, 368) AT TIME ZONE 'UTC' AS start_at);

INSERT INTO warehouse.inventory_movements
SELECT i, 1 + shop.pick(i, 371, 8000), 1 + shop.pick(i, 372, 6), shop.pick(i, 373, 400) - 150,
  (ARRAY['receipt', 'sale', 'sale', 'sale', 'return', 'count', 'loss'])[1 + shop.pick(i, 374, 7)]::warehouse.movement_reason,
  CASE WHEN shop.pick(i, 375, 3) > 0 THEN shop.pick(i, 376, 90000000) / 1000000.0 END, shop.pick_time(i, 377) AT TIME ZONE 'UTC'
FROM generate_series(1, 90000) AS i;

INSERT INTO shop.reviews
SELECT i, 1 + shop.pick(i, 381, 8000), 1 + shop.pick(i, 382, 60000), 1 + shop.pick(i, 383, 5),
  shop.pick(i, 384, ARRAY['Super!', 'Très bien', 'Do kitu', 'No está mal', '很好', 'Отлично', '👍👍', 'meh', 'Wie beschrieben']),
  CASE WHEN shop.pick(i, 385, 3) > 0 THEN repeat(shop.pick(i, 386, ARRAY['Jeden Tag im Einsatz. ', E'Line one,\nline "two". ', 'Livraison rapide; rien à dire. ',
    'Доставка быстрая. ', '包装很好。', 'Would buy again 🙂 ']), 1 + shop.pick(i, 387, 5)) END,
  shop.pick(i, 388, 300),
  CASE WHEN shop.pick(i, 389, 6) = 0 THEN ARRAY['https://img.example/r/' || i || '/1.jpg', 'https://img.example/r/' || i || '/2.jpg'] END,
  shop.pick_time(i, 390)
FROM generate_series(1, 60000) AS i;
