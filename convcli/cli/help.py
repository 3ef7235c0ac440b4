"""Help that people read first: what there is, with examples before options. A test runs every example."""

COMMANDS = {
    "1d": "convolve signals: (length), with or without channels and batch",
    "2d": "convolve images: (height, width), with or without channels and batch",
    "3d": "convolve volumes: (depth, height, width), likewise",
    "1x1": "mix the channels of each pixel by a matrix (outputs, inputs)",
    "pool1d": "pool signals: the largest, the average or the norm of every window",
    "pool2d": "pool images",
    "pool3d": "pool volumes",
    "shape": "derive sizes, costs and receptive fields of layers, without data",
    "play": "open the workbench: step through a problem, edit it, change settings",
}

HOMES = {
    **dict.fromkeys(("1d", "2d", "3d", "1x1"), "convcli.cli.convolution"),
    **dict.fromkeys(("pool1d", "pool2d", "pool3d"), "convcli.cli.pooling"),
    "shape": "convcli.cli.shape",
}
"""The module of each command: its `Flags`, and `run` that answers them. (`play` takes another command's.)"""

EXAMPLES = {
    "1d": (
        "convcalc 1d -i '1 2 3 4' -k '1 0 -1'",
        "convcalc 1d -i '1 2 3 4' -k '1 0 -1' --explain",
        "convcalc 1d -i @arange:16 -k '1/3 1/3 1/3' -p causal -s 2",
        "convcalc 1d --transposed -i '1 2 3' -k '1 10 100' -s 2 -p same --explain",
        "convcalc 1d -i '1 2 3 4' -k '1 0 -1' --dy '10 1' --grad all --explain",
    ),
    "2d": (
        "convcalc 2d --input samples/x.yaml --kernel samples/w.yaml",
        "convcalc 2d -i samples/x.yaml -k @sobel-x -g 2 -p same --explain",
        "convcalc 2d samples/textbook-2d.yaml --at 0,1,2",
        "convcalc 2d -i '1 2 3; 4 5 6; 7 8 9' -k @laplacian -p 1 -f json",
        "convcalc 2d -t -i '0 1; 2 3' -k '0 1; 2 3' -s 2 -p 1 --output-padding 1 -e",
        "convcalc 2d samples/vertical-edge.yaml --grad kernel",
    ),
    "3d": ("convcalc 3d -i @arange:3,4,4 -k @ones:2,2,2 --stride 1,2,2 --explain",),
    "1x1": (
        "convcalc 1x1 -i '[[[1,2],[3,4]],[[10,20],[30,40]]]' -k '1 0; 0 1; 1 -1'",
        "convcalc 1x1 samples/textbook-1x1.yaml --explain",
    ),
    "pool1d": (
        "convcalc pool1d -i '1 2 3 4' -k 3 -s 2 -p 1 --ceil --kind avg --explain",
        "convcalc pool1d -i '3 4 -5 12' -k 2 --kind lp --power 2",
    ),
    "pool2d": (
        "convcalc pool2d -i '0 1 2; 3 4 5; 6 7 8' -k 2 -s 1",
        "convcalc pool2d samples/dumoulin-average.yaml --explain --fractions",
        "convcalc pool2d -i samples/x.yaml -k 2 --kind avg --no-count-include-pad -p 1",
        "convcalc pool2d -i samples/x.yaml --global --kind avg --at 0,0,0",
    ),
    "pool3d": ("convcalc pool3d -i @arange:4,4,4 -k 2,2,2 --at 1,1,1",),
    "shape": (
        "convcalc shape 3x224x224 'conv 64 k7 s2 p3' 'max k3 s2 p1' 'global avg'",
        "convcalc shape 224 -k 7 -s 2 -p 3 --explain",
        "convcalc shape 224x224 -k 3 --want 112",
        "convcalc shape 'conv k7 s2 p3' 'max k3 s2 p1' --inputs-for 56",
    ),
    "play": (
        "convcalc play",
        "convcalc play 2d -i samples/x.yaml -k samples/w.yaml",
        "convcalc play 1d -i '1 2 3 4' -k '1 0 -1' -t",
        "convcalc play pool2d",
    ),
}

PLAY = f"""\
Usage: convcalc play [COMMAND [OPTIONS]]

  Open the workbench, the interactive screen, on a problem: step through its
  outputs, edit numbers, change settings, guess values, export pictures. Takes
  1d, 2d, 3d, 1x1, pool1d, pool2d and pool3d with all their options, as
  `convcalc COMMAND --interactive` does; where no tensor is given, it opens on
  the textbook's. Press ? in it for its keys.

Examples:
{chr(10).join(f"  $ {example}" for example in EXAMPLES["play"])}
"""

TOP = f"""\
convcalc: a convolution calculator that shows its work.

  $ convcalc 2d --input x.yaml --kernel w.yaml         numbers, exactly
  $ convcalc 2d -i x.yaml -k w.yaml --explain          patches, products, sums
  $ convcalc 1d -i '1 2 3 4' -k '1 0 -1' --at 0        how one output came to be
  $ convcalc 2d -i x.npy -k @sobel-x -o y.npy          files in, files out
  $ convcalc 2d -i x.yaml -k w.yaml --transposed       transposed convolution
  $ convcalc 2d -i x.yaml -k w.yaml --grad kernel      gradients
  $ convcalc shape 3x224x224 'conv 64 k7 s2 p3'        sizes, without data
  $ convcalc play                                      try, edit, step through

Usage: convcalc COMMAND [OPTIONS]

Commands:
{chr(10).join(f"  {name:<7} {what}" for name, what in COMMANDS.items())}

Options:
  -h, --help            this text; `convcalc 2d --help` for a command's options
  -V, --version         the version
  --install-completion  complete commands and options in your shell
  --show-completion     print the completion script instead

A source is a file (.yaml .json .csv .txt .npy .npz), file:key, `-` for standard
input, numbers ('1 2; 3 4', '[[1,2],[3,4]]') or a name (@sobel-x, @arange:4,4).
Exit codes: 0 done, 2 usage, 3 bad input, 4 does not fit, 5 cannot write,
70 a bug in convcalc, 130 interrupted.
"""
