-- What is looked for in a text and in a question alike: words, whatever stands between them. Left to itself the parser of
-- Postgres takes `chat-store.ts` for one word, the name of a host.
CREATE FUNCTION "weir_plain"(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT translate(left($1, 200000), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32))
$$;

-- A tsvector holds at most 1 MiB. Each word of n characters and the blank behind it take at most 4 (n + 1) bytes, so that
-- 200,000 characters always fit, and no insert fails for what somebody writes.
ALTER TABLE "Message" ADD COLUMN "words" tsvector
  GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, "weir_plain"("text"))) STORED;

-- Messages whose text has no vectors yet, or older ones. A row that is written anew has a new number.
CREATE TABLE "Unembedded" (
  "messageId" UUID NOT NULL,
  "seq" BIGSERIAL NOT NULL,
  CONSTRAINT "Unembedded_pkey" PRIMARY KEY ("messageId"),
  CONSTRAINT "Unembedded_messageId_fkey" FOREIGN KEY ("messageId") REFERENCES "Message" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "Unembedded_seq_idx" ON "Unembedded" ("seq");

CREATE FUNCTION "weir_unembedded"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "Unembedded" ("messageId") VALUES (NEW."id") ON CONFLICT ("messageId") DO UPDATE SET "seq" = DEFAULT;
  RETURN NULL;
END
$$;
CREATE TRIGGER "Message_written" AFTER INSERT ON "Message"
  FOR EACH ROW WHEN (NEW."text" <> '') EXECUTE FUNCTION "weir_unembedded"();
CREATE TRIGGER "Message_rewritten" AFTER UPDATE OF "text" ON "Message"
  FOR EACH ROW WHEN (NEW."text" <> OLD."text") EXECUTE FUNCTION "weir_unembedded"();

INSERT INTO "Unembedded" ("messageId") SELECT "id" FROM "Message" WHERE "text" <> '' ORDER BY "seq";
