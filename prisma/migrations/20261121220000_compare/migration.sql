-- Answers that are shown side by side until one of them is kept.
ALTER TABLE "Message" ADD COLUMN "compared" BOOLEAN NOT NULL DEFAULT false;

-- What a message that waits asks for beside its first answer.
ALTER TABLE "FollowUp" ADD COLUMN "also" TEXT;
