CREATE TABLE "BatchFile" (
  "id" UUID NOT NULL,
  "userId" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "purpose" TEXT NOT NULL,
  "format" TEXT NOT NULL,
  "bytes" BIGINT NOT NULL DEFAULT 0,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "isWhole" BOOLEAN NOT NULL DEFAULT false,
  "facts" TEXT NOT NULL DEFAULT '{}',
  CONSTRAINT "BatchFile_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "BatchFile_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "BatchFile_userId_createdAt_idx" ON "BatchFile" ("userId", "createdAt" DESC);

CREATE TABLE "BatchChunk" (
  "fileId" UUID NOT NULL,
  "seq" INTEGER NOT NULL,
  "bytes" BYTEA NOT NULL,
  CONSTRAINT "BatchChunk_pkey" PRIMARY KEY ("fileId", "seq"),
  CONSTRAINT "BatchChunk_fileId_fkey" FOREIGN KEY ("fileId") REFERENCES "BatchFile" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "Batch" (
  "id" UUID NOT NULL,
  "userId" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "format" TEXT NOT NULL,
  "fileId" UUID,
  "stages" TEXT NOT NULL,
  "api" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "startedAt" TIMESTAMPTZ(3),
  "endedAt" TIMESTAMPTZ(3),
  "total" INTEGER NOT NULL DEFAULT 0,
  "stageDone" INTEGER[],
  "stageFailed" INTEGER[],
  "cancelled" INTEGER NOT NULL DEFAULT 0,
  "tokensIn" BIGINT NOT NULL DEFAULT 0,
  "tokensOut" BIGINT NOT NULL DEFAULT 0,
  "message" TEXT,
  "owner" TEXT NOT NULL DEFAULT '',
  "epoch" INTEGER NOT NULL DEFAULT 0,
  "beatAt" TIMESTAMPTZ(3),
  CONSTRAINT "Batch_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Batch_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "Batch_userId_createdAt_idx" ON "Batch" ("userId", "createdAt" DESC);
CREATE INDEX "Batch_state_idx" ON "Batch" ("state") WHERE state NOT IN ('cancelled', 'completed', 'failed');
CREATE INDEX "Batch_endedAt_idx" ON "Batch" ("endedAt");

CREATE TABLE "BatchItem" (
  "batchId" UUID NOT NULL,
  "index" INTEGER NOT NULL,
  "customId" TEXT,
  "state" TEXT NOT NULL DEFAULT 'waiting',
  "stage" INTEGER NOT NULL DEFAULT 0,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "strikes" INTEGER NOT NULL DEFAULT 0,
  "input" TEXT NOT NULL,
  "outputs" TEXT NOT NULL DEFAULT '[]',
  "inputExcerpt" TEXT NOT NULL,
  "outputExcerpt" TEXT,
  "code" TEXT,
  "message" TEXT,
  "tokensIn" INTEGER NOT NULL DEFAULT 0,
  "tokensOut" INTEGER NOT NULL DEFAULT 0,
  "startedAt" TIMESTAMPTZ(3),
  "endedAt" TIMESTAMPTZ(3),
  CONSTRAINT "BatchItem_pkey" PRIMARY KEY ("batchId", "index"),
  CONSTRAINT "BatchItem_batchId_fkey" FOREIGN KEY ("batchId") REFERENCES "Batch" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "BatchItem_batchId_state_index_idx" ON "BatchItem" ("batchId", "state", "index");
