/**
 * How deep mappings and lists may be nested, in text and in data. Far beyond any config, and low
 * enough for recursive functions.
 */
export const MAX_DEPTH = 1000;
