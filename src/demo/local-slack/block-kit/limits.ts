/**
 * What Slack accepts. Figures are those of the comments in @slack/types 3.2 and of the Block Kit reference;
 * where the two differ, the smaller one, so that what passes here passes there.
 */
export const LIMITS = {
  blocksPerMessage: 50,
  blocksPerView: 100,
  blockId: 255,
  actionId: 255,

  /** Any text object; sections share it. */
  text: 3000,
  header: 150,
  field: 2000,
  fields: 10,
  contextElements: 10,
  contextActions: 5,
  actionsElements: 25,
  /** One markdown block, and all of a message together. */
  markdown: 12_000,

  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  accessibilityLabel: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,

  optionText: 75,
  optionValue: 75,
  options: 100,
  optionGroups: 100,
  overflowOptions: 5,
  choiceOptions: 10,
  placeholder: 150,
  inputLabel: 2000,
  inputText: 3000,

  imageTitle: 2000,
  altText: 2000,

  tableRows: 100,
  tableColumns: 20,
  dataTableRows: 101,
  dataTablePage: 100,
  tableCharacters: 10_000,
  tablesPerMessage: 1,

  chartsPerMessage: 2,
  chartTitle: 50,
  chartSeries: 6,
  chartCategories: 20,
  chartLabel: 20,

  cardTitle: 150,
  cardBody: 200,
  cards: 10,
  childBlocks: 10,

  viewTitle: 24,
  privateMetadata: 3000,
  callbackId: 255,
} as const;

/**
 * Slack refuses a message whose blocks are too long together (msg_blocks_too_long) and does not say where the
 * line is. Measured by others (slackapi/bolt-js#2509): 13,297 characters in one markdown block pass, with a
 * divider beside it only 13,172; so each block weighs about 125 characters, and the sum may be 13,422.
 */
export const MESSAGE_WEIGHT = 13_422;
export const BLOCK_WEIGHT = 125;

/** A message with more mistakes than that is not read to its end. */
export const MAX_PROBLEMS = 20;
