import type { RemoteFile } from './download/request.ts'

/** The mirror that torchvision downloads from. */
export const MNIST_URL = 'https://ossci-datasets.s3.amazonaws.com/mnist/'

export const MNIST_REMEDY =
  "put MNIST's four IDX files (of mnist-10k: the two t10k files), plain or as .gz, into a folder and " +
  `pass it: --set data.path=FOLDER; ${MNIST_URL} has them`

/** Sizes and hashes as published: those of LeCun's files, which the mirrors keep unchanged. */
export const MNIST_TEST_FILES: readonly RemoteFile[] = [
  {
    name: 't10k-images-idx3-ubyte.gz',
    bytes: 1_648_877,
    sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'
  },
  {
    name: 't10k-labels-idx1-ubyte.gz',
    bytes: 4_542,
    sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'
  }
]

export const MNIST_FILES: readonly RemoteFile[] = [
  {
    name: 'train-images-idx3-ubyte.gz',
    bytes: 9_912_422,
    sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'
  },
  {
    name: 'train-labels-idx1-ubyte.gz',
    bytes: 28_881,
    sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'
  },
  ...MNIST_TEST_FILES
]
