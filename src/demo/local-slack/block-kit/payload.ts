/** Whole messages and views: what Slack says to them. */
import { isList, isObject, objectsIn, type JsonObject } from '../json.ts';
import { BLOCKS, type Surface } from './blocks.ts';
import { all, boolean, list, object, oneOf, Problems, rule, string, under, type Problem } from './check.ts';
import { plainText } from './composition.ts';
import { LIMITS, MESSAGE_WEIGHT } from './limits.ts';
import { weight } from './weight.ts';

/** Refusal in Slack's words; `messages` is what stands in response_metadata. */
export interface Refusal {
  readonly error: string;
  readonly messages: readonly string[];
}

const MOST: Readonly<Record<Surface, number>> = {
  message: LIMITS.blocksPerMessage,
  modal: LIMITS.blocksPerView,
  home: LIMITS.blocksPerView,
};

/** Null when Slack would take these blocks in a message. */
export function refuseBlocks(blocks: unknown): Refusal | null {
  const problems = new Problems();
  checkBlocks(blocks, 'message', '/blocks', problems);
  if (problems.list.length > 0) return { error: 'invalid_blocks', messages: problems.list.map(inWords) };
  return weight(objectsIn(blocks)) > MESSAGE_WEIGHT ? { error: 'msg_blocks_too_long', messages: [] } : null;
}

/** Null when Slack would take this view as a modal or as a Home tab. */
export function refuseView(view: unknown, surface: 'modal' | 'home'): Refusal | null {
  const problems = new Problems();
  const check = surface === 'modal' ? MODAL : HOME;
  check(view, '/view', problems);
  if (isObject(view)) checkBlocks(view['blocks'], surface, '/view/blocks', problems);
  if (problems.list.length === 0) return null;
  return { error: 'invalid_arguments', messages: problems.list.map(inWords) };
}

function inWords({ message, pointer }: Problem): string {
  return `[ERROR] ${message} [json-pointer:${pointer}]`;
}

function checkBlocks(blocks: unknown, surface: Surface, pointer: string, problems: Problems): void {
  list(BLOCKS[surface], { max: MOST[surface] })(blocks, pointer, problems);
  if (!isList(blocks)) return;
  uniqueBlockIds(blocks, pointer, problems);
  blocks.forEach((block, index) => uniqueActionIds(block, under(pointer, index), problems));
  atMost(blocks, 'table', LIMITS.tablesPerMessage, { pointer, problems });
  atMost(blocks, 'data_visualization', LIMITS.chartsPerMessage, { pointer, problems });
  const markdown = objectsIn(blocks).filter((block) => block['type'] === 'markdown');
  const characters = markdown.reduce(
    (sum, { text }) => sum + (typeof text === 'string' ? text.length : 0),
    0,
  );
  if (markdown.length > 1 && characters > LIMITS.markdown) {
    problems.add(
      pointer,
      `markdown blocks must be less than ${String(LIMITS.markdown + 1)} characters together`,
    );
  }
}

function atMost(
  blocks: readonly unknown[],
  type: string,
  most: number,
  { pointer, problems }: { pointer: string; problems: Problems },
): void {
  if (objectsIn(blocks).filter((block) => block['type'] === type).length > most) {
    problems.add(
      pointer,
      most === 1 ? `only_one_${type}_allowed` : `no more than ${String(most)} ${type} blocks allowed`,
    );
  }
}

function uniqueBlockIds(blocks: readonly unknown[], pointer: string, problems: Problems): void {
  const seen = new Set<unknown>();
  blocks.forEach((block, index) => {
    const id = isObject(block) ? block['block_id'] : undefined;
    if (typeof id !== 'string') return;
    if (seen.has(id)) problems.add(under(under(pointer, index), 'block_id'), `block_id ${id} already exists`);
    seen.add(id);
  });
}

function uniqueActionIds(block: unknown, pointer: string, problems: Problems): void {
  if (!isObject(block)) return;
  const seen = new Set<unknown>();
  objectsIn(block['elements']).forEach((element, index) => {
    const id = element['action_id'];
    if (typeof id !== 'string') return;
    const place = under(under(under(pointer, 'elements'), index), 'action_id');
    if (seen.has(id)) problems.add(place, `action_id ${id} already exists`);
    seen.add(id);
  });
}

const shared = {
  private_metadata: string({ max: LIMITS.privateMetadata }),
  callback_id: string({ max: LIMITS.callbackId }),
  external_id: string({ max: 255 }),
};

const anything = (): void => undefined;

const hasInput = (view: JsonObject): boolean =>
  objectsIn(view['blocks']).some((block) => block['type'] === 'input');

const MODAL = all(
  object({
    required: { type: oneOf('modal'), title: plainText(LIMITS.viewTitle), blocks: anything },
    optional: {
      ...shared,
      submit: plainText(LIMITS.viewTitle),
      close: plainText(LIMITS.viewTitle),
      clear_on_close: boolean,
      notify_on_close: boolean,
      submit_disabled: boolean,
    },
  }),
  rule((view) => (hasInput(view) && view['submit'] === undefined ? 'missing required field: submit' : null)),
);

const HOME = object({ required: { type: oneOf('home'), blocks: anything }, optional: shared });
