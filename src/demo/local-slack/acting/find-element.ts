import { isObject, objectsIn, textField, type JsonObject } from '../json.ts';

export interface FoundElement {
  readonly blockId: string;
  readonly element: JsonObject;
}

export interface ElementWanted {
  readonly actionId: string;
  readonly blockId?: string;
  readonly value?: string;
}

/** Elements a person can use, wherever a block holds them. */
export function elementsOf(blocks: readonly JsonObject[]): readonly FoundElement[] {
  return blocks.flatMap((block): readonly FoundElement[] => {
    const blockId = textField(block, 'block_id') ?? '';
    const here = [
      ...objectsIn(block['elements']).filter((element) => element['type'] !== 'card'),
      ...objectsIn(block['actions']),
      ...['accessory', 'element'].map((name) => block[name]).filter(isObject),
    ];
    const cards = block['type'] === 'carousel' ? objectsIn(block['elements']) : [];
    return [
      ...here.map((element) => ({ blockId, element })),
      ...elementsOf([...objectsIn(block['child_blocks']), ...cards]),
    ];
  });
}

/**
 * The elements meant. A value tells buttons of the same action apart; for menus it names an option, so it
 * narrows only where an element carries a value itself.
 */
export function findElements(blocks: readonly JsonObject[], wanted: ElementWanted): readonly FoundElement[] {
  return elementsOf(blocks).filter(
    ({ blockId, element }) =>
      element['action_id'] === wanted.actionId &&
      (wanted.blockId === undefined || blockId === wanted.blockId) &&
      (wanted.value === undefined || element['value'] === undefined || element['value'] === wanted.value),
  );
}
