/** Ids of questions about a group stand where those of requests do. */
const QUESTION_ID = /^ask-[0-9a-f]{20}$/;

/** Ids of group plans stand where those of changes do: no change has such a one. */
const GROUP_ID = /^group-[0-9a-f]{16}$/;

export const isQuestionId = (id: string): boolean => QUESTION_ID.test(id);
export const isGroupId = (id: string): boolean => GROUP_ID.test(id);

/** From SHA-256 in hex. */
export const questionId = (hash: string): string => `ask-${hash.slice(0, 20)}`;
export const groupId = (hash: string): string => `group-${hash.slice(0, 16)}`;
