/** A property list's values as JSON has them, with two forms for what JSON lacks: `{"$data": base64}` and `{"$date": ISO 8601}`. */
export type PlainValue = string | number | boolean | readonly PlainValue[] | PlainDict;

export interface PlainDict {
  readonly [key: string]: PlainValue;
}
