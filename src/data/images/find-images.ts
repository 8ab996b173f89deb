import type { Dirent } from 'node:fs'
import { basename, join } from 'node:path'
import type { Bytes } from '../../vector/vector.ts'
import { type DataFile, findFile } from '../files/data-file.ts'
import { listFolder } from '../files/folder.ts'
import { quote, refuse } from '../files/refuse.ts'

/** The files of a dataset of images; none has been opened. */
export interface ImageFolder {
  /** The names of the classes' folders. */
  readonly classes: readonly string[]
  /** From the dataset's folder: class/file, or train/class/file and then test/class/file. */
  readonly names: readonly string[]
  /** Class of every file. */
  readonly labels: Bytes
  /** Files that are for training, the first ones; null: the test is drawn. */
  readonly train: number | null
  /** Looks a file up, the same one whenever it is asked for. */
  file(index: number): Promise<DataFile>
  files(): Promise<readonly DataFile[]>
}

export const IMAGES_REMEDY =
  'pass a folder with a folder of PNG or JPEG files for each class, or with two such folders named ' +
  'train and test: --set data.path=FOLDER'

const IMAGE = /\.(png|jpe?g)$/i
/** What systems leave behind. */
const LITTER = /^(\.|Thumbs\.db$|desktop\.ini$)/
const [TRAIN, TEST] = ['train', 'test'] as const
/** What a label, a byte, can number. */
const MAX_CLASSES = 256
const MAX_IMAGES = 10_000_000
/** Files that are looked up at once. */
const AT_ONCE = 64

const list = async (folder: string): Promise<readonly Dirent[]> => {
  const entries = await listFolder(folder, IMAGES_REMEDY)
  return entries.filter(({ name }) => !LITTER.test(name))
}

/** Links may stand for folders: what is no plain file is looked into. */
const foldersIn = async (folder: string): Promise<readonly string[]> =>
  (await list(folder)).filter((entry) => !entry.isFile()).map(({ name }) => name)

const imagesIn = async (folder: string): Promise<readonly string[]> => {
  const names = (await list(folder)).map(({ name }) => name)
  const others = names.filter((name) => !IMAGE.test(name))
  if (others.length > 0) {
    const rule = `must hold PNG and JPEG files only, holds ${others.length} others: ${quote(others[0]!)}`
    return refuse(folder, rule, 'convert them, or put them elsewhere')
  }
  return names.length > 0 ? names : refuse(folder, 'must hold an image', 'add some, or remove it')
}

interface Part {
  readonly names: string[]
  readonly labels: number[]
}

/** The images below `root`/`folder`, of folders that must be among `classes`. */
const readPart = async (
  root: string,
  folder: string,
  classes: readonly string[]
): Promise<Part> => {
  const part: Part = { names: [], labels: [] }
  for (const name of await foldersIn(join(root, folder))) {
    const path = join(root, folder, name)
    const label = classes.indexOf(name)
    if (label < 0) refuse(path, `must be a class of ${TRAIN} too`, `add ${TRAIN}/${name}`)
    for (const image of await imagesIn(path)) {
      // As it is called in the dataset's hash, on every system.
      part.names.push([...(folder === '' ? [] : [folder]), name, image].join('/'))
      part.labels.push(label)
    }
  }
  return part
}

const checkClasses = (folder: string, classes: readonly string[]): void => {
  if (classes.length >= 2 && classes.length <= MAX_CLASSES) return
  const rule = `must hold 2 to ${MAX_CLASSES} folders, one for each class, holds ${classes.length}`
  refuse(folder, rule, IMAGES_REMEDY)
}

const lookUp = (root: string, names: readonly string[]) => {
  const found: DataFile[] = []
  const file = async (index: number): Promise<DataFile> => {
    const name = names[index]!
    found[index] ??= await findFile(join(root, name), `convert or remove ${basename(name)}`, {
      name
    })
    return found[index]
  }
  const files = async (): Promise<readonly DataFile[]> => {
    for (let first = 0; first < names.length; first += AT_ONCE) {
      await Promise.all(names.slice(first, first + AT_ONCE).map((_, i) => file(first + i)))
    }
    return found
  }
  return { file, files }
}

/** Lists the files below a folder; none is opened. @throws InvalidInputError */
export const findImages = async (root: string | null): Promise<ImageFolder> => {
  if (root === null) return refuse('data.path', 'must name the folder of the images', IMAGES_REMEDY)
  const top = await foldersIn(root)
  if (top.includes(TRAIN) !== top.includes(TEST)) {
    const missing = top.includes(TRAIN) ? TEST : TRAIN
    refuse(join(root, missing), `must be there beside the other`, IMAGES_REMEDY)
  }
  const isParted = top.includes(TRAIN)
  const classes = isParted ? await foldersIn(join(root, TRAIN)) : top
  checkClasses(isParted ? join(root, TRAIN) : root, classes)
  const train = await readPart(root, isParted ? TRAIN : '', classes)
  const test: Part = isParted ? await readPart(root, TEST, classes) : { names: [], labels: [] }
  if (isParted && test.names.length === 0) {
    refuse(join(root, TEST), 'must hold images of the classes', IMAGES_REMEDY)
  }
  const names = [...train.names, ...test.names]
  if (names.length > MAX_IMAGES)
    refuse(root, `must hold at most ${MAX_IMAGES} images`, 'take fewer')
  return {
    classes,
    names,
    labels: Uint8Array.from([...train.labels, ...test.labels]),
    train: isParted ? train.names.length : null,
    ...lookUp(root, names)
  }
}
