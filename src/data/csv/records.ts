import type { CsvError } from 'csv-parse'
import { type DataFile, eachChunk } from '../files/data-file.ts'
import { quote, refuse } from '../files/refuse.ts'

/** Bytes of one record; 4096 columns of 255 characters. */
const MAX_RECORD_BYTES = 2 ** 20

/** What is wrong, in our words, of what parsers of CSV stumble over. */
const RULES: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'must have as many fields as the first line',
  CSV_QUOTE_NOT_CLOSED: 'must close the quote that is open at its end',
  CSV_INVALID_CLOSING_QUOTE: 'must have a comma or the end of the line after a closing quote',
  INVALID_OPENING_QUOTE: 'must have quotes around whole fields only',
  CSV_MAX_RECORD_SIZE: `must have records of at most ${MAX_RECORD_BYTES} bytes`
}

const refuseCsv = ({ path }: DataFile, error: CsvError): never => {
  const rule = RULES[error.code] ?? `must be comma-separated values: ${quote(error.message)}`
  const line: unknown = error['lines']
  const where = line === undefined ? '' : `line ${line} `
  return refuse(path, where + rule, 'correct it, or write the table anew', error)
}

const isNotUtf8 = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA'

/** Shows the records of a table in order, fields without the spaces around them. Empty lines are none. */
export const eachCsvRecord = async (
  file: DataFile,
  visit: (fields: readonly string[], index: number) => void
): Promise<void> => {
  // Loaded for tables only.
  const { parse, CsvError } = await import('csv-parse')
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let index = 0
  const parser = parse({
    bom: true,
    trim: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (fields: readonly string[]) => {
      visit(fields, index++)
      return null
    }
  })
  parser.resume()
  const whole = new Promise<void>((resolve, reject) => {
    parser.once('end', resolve)
    parser.once('error', reject)
  })
  // It is looked at below; until then a failure has somebody who knows of it.
  whole.catch(() => undefined)
  try {
    await eachChunk(file, (chunk) => {
      utf8.decode(chunk, { stream: true })
      return new Promise<void>((resolve, reject) => {
        // It keeps what is cut off at the end until the next.
        parser.write(chunk.slice(), (error) => (error ? reject(error) : resolve()))
      })
    })
    utf8.decode()
    parser.end()
    await whole
  } catch (error) {
    if (error instanceof CsvError) refuseCsv(file, error)
    if (!isNotUtf8(error)) throw error
    refuse(file.path, 'must be UTF-8', 'convert it, for example with iconv -t utf-8', error)
  } finally {
    parser.destroy()
  }
}
