-- The shop's tables, bare: keys come after the rows, which is several times faster.
CREATE SCHEMA shop;
CREATE SCHEMA warehouse;

CREATE TYPE shop.address_kind AS ENUM ('billing', 'shipping', 'both');
CREATE TYPE shop.order_status AS ENUM ('pending', 'paid', 'packed', 'shipped', 'delivered', 'returned', 'cancelled');
CREATE TYPE shop.payment_method AS ENUM ('card', 'bank transfer', 'wallet', 'invoice', 'gift card');
CREATE TYPE warehouse.movement_reason AS ENUM ('receipt', 'sale', 'return', 'count', 'loss');
CREATE DOMAIN shop.email_address AS varchar(254) CHECK (VALUE LIKE '%_@_%');

CREATE UNLOGGED TABLE shop.customers (
  id bigint NOT NULL, public_id uuid NOT NULL, given_name text NOT NULL, family_name text NOT NULL,
  email shop.email_address NOT NULL, phone varchar(32), country char(2) NOT NULL, birth_date date,
  newsletter boolean NOT NULL, loyalty_tier smallint NOT NULL, loyalty_points integer NOT NULL,
  credit_limit numeric(12,2), interests text[] NOT NULL, preferences jsonb NOT NULL, last_login_from inet,
  registered_at timestamptz NOT NULL, note text
);
CREATE UNLOGGED TABLE shop.addresses (
  id bigint NOT NULL, customer_id bigint NOT NULL, kind shop.address_kind NOT NULL, street text NOT NULL,
  house_number varchar(8) NOT NULL, postal_code varchar(12) NOT NULL, city text NOT NULL, country char(2) NOT NULL,
  latitude double precision, longitude double precision, accuracy_m real, valid daterange NOT NULL
);
CREATE UNLOGGED TABLE shop.categories (
  id integer NOT NULL, parent_id integer, name text NOT NULL, "position" smallint NOT NULL, attributes json NOT NULL
);
CREATE UNLOGGED TABLE shop.products (
  id integer NOT NULL, sku char(12) NOT NULL, name text NOT NULL, description text NOT NULL, category_id integer NOT NULL,
  supplier_id integer NOT NULL, price numeric(12,2) NOT NULL, tax_rate numeric(5,4) NOT NULL, margin numeric,
  weight_kg double precision, size_cm numeric(6,1)[], sizes int4range, thumbnail bytea, attributes jsonb NOT NULL,
  discontinued boolean NOT NULL, created_at timestamp NOT NULL
);
CREATE UNLOGGED TABLE shop.coupons (
  id integer NOT NULL, code varchar(20) NOT NULL, percent numeric(5,2) NOT NULL, valid tstzrange NOT NULL,
  order_value numrange NOT NULL, uses_left integer
);
CREATE UNLOGGED TABLE shop.orders (
  id bigint NOT NULL, customer_id bigint NOT NULL, address_id bigint NOT NULL, coupon_id integer,
  status shop.order_status NOT NULL, ordered_at timestamptz NOT NULL, promised_on date, promised_until time,
  total numeric(14,2) NOT NULL, currency char(3) NOT NULL, exchange_rate numeric NOT NULL, client_ip inet,
  is_gift boolean NOT NULL, gift_message text
);
CREATE UNLOGGED TABLE shop.order_items (
  order_id bigint NOT NULL, line smallint NOT NULL, product_id integer NOT NULL, quantity integer NOT NULL,
  unit_price numeric(12,2) NOT NULL, discount numeric(5,4) NOT NULL
);
CREATE UNLOGGED TABLE shop.payments (
  id uuid NOT NULL, order_id bigint NOT NULL, method shop.payment_method NOT NULL, amount numeric(14,2) NOT NULL,
  card_last4 char(4), paid_at timestamptz NOT NULL, fraud_score real, refunded boolean NOT NULL, provider_reply json
);
CREATE UNLOGGED TABLE shop.reviews (
  id bigint NOT NULL, product_id integer NOT NULL, customer_id bigint NOT NULL, stars smallint NOT NULL,
  title text NOT NULL, body text, helpful integer NOT NULL, photo_urls text[], written_at timestamp NOT NULL
);
CREATE UNLOGGED TABLE shop.carts (
  id uuid NOT NULL, customer_id bigint, items jsonb NOT NULL, session_token bytea NOT NULL, keep_for interval NOT NULL,
  updated_at timestamp NOT NULL
);
CREATE UNLOGGED TABLE shop.gift_cards (
  id bigint NOT NULL, code varchar(24) NOT NULL, customer_id bigint, balance numeric(12,2) NOT NULL,
  issued_at timestamptz NOT NULL, expires_on date
);
CREATE UNLOGGED TABLE warehouse.suppliers (
  id integer NOT NULL, name text NOT NULL, country char(2) NOT NULL, network cidr, scanner macaddr,
  lead_time interval NOT NULL, opens time NOT NULL, calls_until timetz NOT NULL, rating real, delivers_to char(2)[]
);
CREATE UNLOGGED TABLE warehouse.sites (
  id smallint NOT NULL, code varchar(8) NOT NULL, city text NOT NULL, opened_on date NOT NULL, area_m2 integer NOT NULL
);
CREATE UNLOGGED TABLE warehouse.shipments (
  id bigint NOT NULL, order_id bigint NOT NULL, site_id smallint NOT NULL, carrier text NOT NULL,
  tracking_code varchar(40) NOT NULL, weight_kg double precision NOT NULL, shipped_at timestamp NOT NULL,
  delivered_at timestamp, transit interval
);
CREATE UNLOGGED TABLE warehouse.inventory_movements (
  id bigint NOT NULL, product_id integer NOT NULL, site_id smallint NOT NULL, quantity integer NOT NULL,
  reason warehouse.movement_reason NOT NULL, unit_cost numeric(14,6), moved_at timestamptz NOT NULL
);

-- A number from 0 to n - 1 that looks random and is the same in every run; salt tells the columns apart.
CREATE FUNCTION shop.pick(i bigint, salt bigint, n integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ((hashint8extended(i, salt) & 9223372036854775807) % n)::integer;
CREATE FUNCTION shop.pick(i bigint, salt bigint, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN choices[1 + ((hashint8extended(i, salt) & 9223372036854775807) % cardinality(choices))::integer];
CREATE FUNCTION shop.pick_uuid(i bigint, salt bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN md5(salt || '-' || i)::uuid;
CREATE FUNCTION shop.pick_time(i bigint, salt bigint) RETURNS timestamp LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN timestamp '2023-01-01' + make_interval(secs => ((hashint8extended(i, salt) & 9223372036854775807) % 94608000000) / 1000.0);
