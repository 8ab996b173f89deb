import { InvalidInputError } from '../../errors.ts'

const MAX_JOBS = 1024
const WHOLE = /^\d+$/

/** `--jobs`: runs at once. @throws InvalidInputError */
export const parseJobs = (text: string): number => {
  const jobs = Number(text)
  if (WHOLE.test(text) && jobs >= 1 && jobs <= MAX_JOBS) return jobs
  const rule = `must be a whole number from 1 to ${MAX_JOBS}, is '${text}'`
  throw new InvalidInputError([{ path: '--jobs', rule, remedy: 'write it like --jobs 4' }])
}
