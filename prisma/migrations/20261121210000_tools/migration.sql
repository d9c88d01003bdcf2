-- AlterTable
ALTER TABLE "Chat" ADD COLUMN     "allowedTools" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "instructions" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "preset" TEXT,
ADD COLUMN     "tools" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "ToolCall" (
    "id" UUID NOT NULL,
    "chatId" UUID NOT NULL,
    "messageId" UUID NOT NULL,
    "generationId" UUID NOT NULL,
    "round" INTEGER NOT NULL,
    "place" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "modelId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "arguments" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "result" TEXT,
    "changesThings" BOOLEAN NOT NULL,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ToolCall_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ToolCall_messageId_round_place_idx" ON "ToolCall"("messageId", "round", "place");

-- CreateIndex
CREATE INDEX "ToolCall_chatId_name_idx" ON "ToolCall"("chatId", "name");

-- CreateIndex
CREATE INDEX "ToolCall_generationId_idx" ON "ToolCall"("generationId");

-- AddForeignKey
ALTER TABLE "ToolCall" ADD CONSTRAINT "ToolCall_messageId_fkey" FOREIGN KEY ("messageId") REFERENCES "Message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ToolCall" ADD CONSTRAINT "ToolCall_generationId_fkey" FOREIGN KEY ("generationId") REFERENCES "Generation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
