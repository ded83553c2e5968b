/** Blocks that show figures: table, data_table, data_visualization. */
import {
  all as both,
  boolean,
  byType,
  finite,
  integer,
  list,
  object,
  oneOf,
  rule,
  string,
  type,
  type Check,
} from './check.ts';
import { rawNumber, rawText } from './elements.ts';
import { isList, isObject, objectsIn } from '../json.ts';
import { LIMITS } from './limits.ts';
import { richText } from './rich-text.ts';
import { textLength } from './weight.ts';

const blockId = { block_id: string({ min: 1, max: LIMITS.blockId }) };
const cell = byType({ raw_text: rawText, raw_number: rawNumber, rich_text: richText });
const row = list(cell, { min: 1, max: LIMITS.tableColumns });

const cellsTogether: Check = rule((value) =>
  textLength(value['rows']) > LIMITS.tableCharacters
    ? `no more than ${String(LIMITS.tableCharacters)} characters allowed over all cells`
    : null,
);

export const table: Check = both(
  object({
    required: { ...type('table'), rows: list(row, { min: 1, max: LIMITS.tableRows }) },
    optional: {
      ...blockId,
      column_settings: list(
        object({ optional: { align: oneOf('left', 'center', 'right'), is_wrapped: boolean } }),
        { max: LIMITS.tableColumns },
      ),
    },
  }),
  cellsTogether,
);

const sameLength: Check = rule((value) => {
  const rows = isList(value['rows']) ? value['rows'].filter(isList) : [];
  return rows.every((one) => one.length === rows[0]?.length)
    ? null
    : 'all rows must have the same number of cells';
});

const plainHeader: Check = rule((value) => {
  const head = isList(value['rows']) ? value['rows'][0] : undefined;
  const rich = isList(head) && head.some((one) => isObject(one) && one['type'] === 'rich_text');
  return rich ? 'header cells cannot be rich_text' : null;
});

export const dataTable: Check = both(
  object({
    required: {
      ...type('data_table'),
      caption: string({ min: 1 }),
      rows: list(row, { min: 2, max: LIMITS.dataTableRows }),
    },
    optional: {
      ...blockId,
      page_size: integer({ min: 1, max: LIMITS.dataTablePage }),
      row_header_column_index: integer({ min: 0, max: LIMITS.tableColumns - 1 }),
    },
  }),
  sameLength,
  plainHeader,
  cellsTogether,
);

const label = string({ min: 1, max: LIMITS.chartLabel });
const point = object({ required: { label, value: finite } });
const axes = object({
  required: { categories: list(label, { min: 1, max: LIMITS.chartCategories }) },
  optional: {
    x_label: string({ max: LIMITS.chartTitle }),
    y_label: string({ max: LIMITS.chartTitle }),
  },
});
const series = list(
  object({ required: { name: label, data: list(point, { min: 1, max: LIMITS.chartCategories }) } }),
  { min: 1, max: LIMITS.chartSeries },
);
const labelsFit: Check = rule((value) => {
  const config = value['axis_config'];
  const categories = isObject(config) ? JSON.stringify(config['categories']) : '';
  const all = objectsIn(value['series']);
  if (new Set(all.map((one) => one['name'])).size !== all.length) return 'series names must be unique';
  const fits = all.every(
    (one) => JSON.stringify(objectsIn(one['data']).map((point) => point['label'])) === categories,
  );
  return fits ? null : 'every series must have one value for each category, in their order';
});
const plotted = (name: string): Check =>
  both(object({ required: { ...type(name), series, axis_config: axes } }), labelsFit);

/** Not in @slack/types 3.2 yet; the shape is that of the public reference. */
export const dataVisualization: Check = object({
  required: {
    ...type('data_visualization'),
    title: string({ min: 1, max: LIMITS.chartTitle }),
    chart: byType({
      line: plotted('line'),
      bar: plotted('bar'),
      area: plotted('area'),
      pie: object({
        required: { ...type('pie'), segments: list(point, { min: 1, max: LIMITS.chartSeries }) },
      }),
    }),
  },
  optional: blockId,
});
