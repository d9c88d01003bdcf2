-- The model that answered in place of the one asked for.
ALTER TABLE "Generation" ADD COLUMN "fallback" TEXT;
