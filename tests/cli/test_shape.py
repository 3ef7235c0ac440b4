"""`convcalc shape` as people type it: in pipes and terminals, by words, options and files, and what it refuses."""

import json
from pathlib import Path

import pytest
import yaml

from tests.cli.running import convcalc

STEM = ("3x224x224", "conv 64 k7 s2 p3", "max k3 s2 p1", "global avg")

#   what is asked                                                  arguments                                                   answer
ANSWERS: dict[str, tuple[tuple[str, ...], str]] = {
    "the shape that comes out":                                   (STEM,                                                       "64@1x1\n"),
    "of one layer by options":                                    (("224", "-k", "7", "-s", "2", "-p", "3"),                   "112\n"),
    "with channels":                                              (("-i", "20x30", "--channels", "4", "-k", "3", "--out", "8", "-g", "2", "--no-bias"), "8@18x28\n"),
    "of a transposed convolution":                                (("4x4", "-t", "-k", "3", "-s", "2", "-p", "1", "--output-padding", "1"), "8x8\n"),
    "of a pool":                                                  (("9", "--pool", "max", "-k", "4", "-p", "2", "--ceil"),     "3\n"),
    "of a pool that is not in ceil mode":                         (("9", "--pool", "avg", "-k", "2", "--no-ceil", "-d", "3"),  "3\n"),
    "the settings that give a size":                              (("224x224", "-k", "3", "--want", "112"),
                                                                   "conv k3 s2 p1\nconv k3 s2 p0:1\nconv k3 s2 p2 d2\nconv k3 s2 p3 d3\nconv k3 s2 p1:2 d2\nconv k3 s2 p2:3 d3\n"),
    "what is fixed in words, and how many":                       (("224", "max k3", "--want", "112", "--show", "2"),          "max k3 s2 p1\nmax k3 s2 p0:1\n"),
    "every setting free":                                         (("9", "--want", "9", "--up-to", "kernel=3", "--up-to", "stride=1", "--up-to", "dilation=1"), "conv k1\nconv k3 p1\nconv k2 p0:1\n"),
    "the inputs that give a size":                                (("conv k7 s2 p3", "max k3 s2 p1", "--inputs-for", "56"),    "221 224\n"),
    "the inputs on each axis":                                    (("conv k7x3 s2", "--inputs-for", "5"),                      "15 16\n11 12\n"),
    "the inputs of a given rank":                                 (("9x9", "max k2", "--inputs-for", "5"),                     "10 11\n10 11\n"),
    "the inputs without end":                                     (("conv k3", "global avg", "--inputs-for", "1"),             "3 inf\n"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "answer"), ANSWERS.values(), ids=ANSWERS)
def test_answers_in_a_pipe(arguments: tuple[str, ...], answer: str) -> None:
    run = convcalc("shape", *arguments)
    assert (run.code, run.text, run.err) == (0, answer, "")


def test_an_answer_is_read_back() -> None:
    shape = convcalc("shape", *STEM[:2]).text.strip()
    assert convcalc("shape", shape, *STEM[2:]).text == "64@1x1\n"
    layer = convcalc("shape", "224", "--want", "112", "--show", "1").text.strip()
    assert convcalc("shape", "224", layer).text == "112\n"


def test_an_explanation_in_a_pipe_and_in_a_table() -> None:
    explained = convcalc("shape", *STEM, "--explain")
    assert explained.text == convcalc("shape", *STEM, "-f", "table", "--color", "never").text
    assert "height, width  floor((224 + 3 + 3 - (7 - 1)·1 - 1)/2) + 1 = 112" in explained.text
    assert convcalc("shape", *STEM, "-e", "--ascii").out.isascii()
    assert "\x1b[" in convcalc("shape", *STEM, "-f", "table", "--color", "always").text
    assert convcalc("shape", "9", "max k2", "-f", "svg").text.startswith("<svg")


def test_json_and_yaml_agree(tmp_path: Path) -> None:
    for arguments in (STEM, ("224", "-k", "3", "--want", "112"), ("conv k3", "--inputs-for", "5")):
        mapping = json.loads(convcalc("shape", *arguments, "-f", "json").out)
        run = convcalc("shape", *arguments, "-o", str(tmp_path / "y.yaml"))
        assert (run.code, run.out) == (0, b"")
        assert yaml.safe_load((tmp_path / "y.yaml").read_text()) == mapping
        assert mapping["schema"] == "convcalc/1"
    assert json.loads(convcalc("shape", *STEM, "-f", "json", "--dtype", "float16").out)["bytes"]["input"] == 301056


def test_a_file(tmp_path: Path) -> None:
    net = tmp_path / "net.yaml"
    net.write_text("input: [3, 20, 20]\nlayers:\n  - conv 8 k3\n  - {max: 2}\n")
    assert convcalc("shape", str(net)).text == "8@9x9\n"
    assert convcalc("shape", str(net), "-i", "3x40x40").text == "8@19x19\n"
    assert convcalc("shape", "3@40x40", str(net)).text == "8@19x19\n"
    assert convcalc("shape", str(net), "--inputs-for", "9").text == "20 21\n20 21\n"
    assert convcalc("shape", "-", stdin=net.read_bytes()).text == "8@9x9\n"
    net.write_text("input: 20x20\nlayers: [conv 8 k3]\n")
    assert convcalc("shape", str(net), "--channels", "3").text == "8@18x18\n"
    (tmp_path / "net").write_text("input: 20\nlayers: [max k2]\n")
    assert convcalc("shape", "net", cwd=tmp_path).text == "10\n"


def test_gaps_between_the_inputs_are_noted() -> None:
    run = convcalc("shape", "max k1 s3 p0:1", "conv k1 s3", "--inputs-for", "2")
    note = "convcalc: note: not every size between them: at some, a window of a pool may lie wholly in padding\n"
    assert (run.code, run.text, run.err) == (0, "10 17\n", note)
    assert [convcalc("shape", size, "max k1 s3 p0:1", "conv k1 s3").code for size in ("10", "12", "17")] == [0, 4, 0]


LAYER = "transposed k3 s999999999999999999"
HUGE = (
    "{}  given     input 100: 98999999999999999904 elements\n"
    "  expected  an output below 10^18 along every axis\n  fix       lower the stride\n"
)


def test_stacks_beyond_any_size(tmp_path: Path) -> None:
    problem = f"convcalc: error: layer 1 ({LAYER}): the output along length is larger than anything\n"
    run = convcalc("shape", "100", *[LAYER] * 18, "-e")
    assert (run.code, run.out, run.err) == (4, b"", problem + HUGE.format(""))
    (tmp_path / "net.yaml").write_text("input: 100\nlayers:\n" + f"  - {LAYER}\n" * 1000)
    run = convcalc("shape", "net.yaml", cwd=tmp_path)
    assert (run.code, run.out, run.err) == (4, b"", problem + HUGE.format("  in        net.yaml, line 3, column 5\n"))


def test_settings_of_zero() -> None:
    said = "dilation is too small\n  given     dilation = 0 along length\n  expected  dilation of at least 1\n  fix       write dilation 1 or more\n"
    run = convcalc("shape", "4", "conv k3 g0 d0")
    assert (run.code, run.err) == (2, f"convcalc: error: {said}")


def test_a_bound_without_a_search_is_noted() -> None:
    run = convcalc("shape", "9", "max k2", "--up-to", "kernel=3")
    assert (run.text, run.err) == ("4\n", "convcalc: note: --up-to has no effect without --want\n")


def test_how_many_layers_are_listed_is_as_the_help_says() -> None:
    said = " ".join(convcalc("shape", "--help").text.split())
    assert "with --want: how many layers are listed (20 in a table or explanation; else all)" in said
    search = ("224", "--want", "112")
    everything = convcalc("shape", *search).text.splitlines()
    assert len(everything) == len(json.loads(convcalc("shape", *search, "-f", "json").out)["layers"]) > 20
    assert f"… {len(everything) - 20} more: --show all" in convcalc("shape", *search, "--explain").text


def test_channels_that_may_come_last_are_noted() -> None:
    run = convcalc("shape", "224x224x3", "conv 64 k3")
    assert (run.text, run.err) == (
        "64@222x1\n",
        "convcalc: note: read as 224 channels of 224x3; write 3@224x224 if channels come last\n",
    )
    for arguments in (
        ("224@224x3", "conv 64 k3"),
        ("16x224x3", "conv 64 k3"),
        ("224x224x5", "conv 64 k3"),
        ("2x32x32x3", "max k3x2"),
        ("224x3", "max k3"),
    ):
        assert convcalc("shape", *arguments).err == ""
    assert convcalc("shape", "224x3", "conv 64 k3", "--channels", "32").err == ""


FORMATS = "table, plain, yaml, json, markdown, latex, latex-fragment, html, svg"
REFUSALS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "nothing": ((), 2, (
        "there is no layer\n  given     no layer and no option of one\n"
        "  expected  an input, and layers in words, in a file, or one by options\n"
        "  fix       write for example: convcalc shape 3x224x224 'conv 64 k7 s2 p3' 'max k2', or convcalc shape 224 -k 3\n")),
    "no layer": (("3x9x9",), 2, (
        "there is no layer\n  given     the input `3x9x9` alone\n"
        "  expected  an input, and layers in words, in a file, or one by options\n"
        "  fix       write for example: convcalc shape 3x224x224 'conv 64 k7 s2 p3' 'max k2', or convcalc shape 224 -k 3\n")),
    "no input": (("conv k3",), 2, (
        "the input is missing\n  given     layers without an input\n  expected  the input's shape before the layers\n"
        "  fix       write it first, as in convcalc shape 3x224x224 ...\n")),
    "channels of nothing": (("conv 4 k3", "--channels", "3"), 2, (
        "--channels says the channels of no input\n  given     layers without an input\n  expected  the input's shape before the layers\n"
        "  fix       write it first, as in convcalc shape 3x224x224 ...\n")),
    "two inputs": (("9", "max k2", "-i", "8"), 2, (
        "the input is given twice\n  given     --input `8` and `9`\n  expected  it once\n  fix       leave one out\n")),
    "a layer without quotes": (("3x9x9", "conv", "64", "k3"), 2, (
        "layer 2: there is no kind of layer called `64`\n  given     64\n            ^^\n"
        "  expected  one of conv, transposed, max, avg, lp, global\n  fix       put each layer in quotes, as in 'conv 64 k3'\n")),
    "a word that is no layer's": (("3x9x9", "conv 64 k3", "relu"), 2, (
        "layer 2: there is no kind of layer called `relu`\n  given     relu\n            ^^^^\n"
        "  expected  one of conv, transposed, max, avg, lp, global\n  fix       leave it out: it changes no size\n")),
    "a quoted layer of another name": (("3x9x9", "conv 64 k3", "maxpool2d"), 2, (
        "layer 2: there is no kind of layer called `maxpool2d`\n  given     maxpool2d\n            ^^^^^^^^^\n"
        "  expected  one of conv, transposed, max, avg, lp, global\n  fix       did you mean max?\n")),
    "all in one argument": (("3x224x224 conv 64 k3 max k2 global avg",), 2, (
        "the input and a layer are in one argument\n  given     `3x224x224 conv 64 k3 max k2 global avg`\n"
        "  expected  the input, and each layer, in an argument of its own\n"
        "  fix       write 3x224x224 'conv 64 k3' 'max k2' 'global avg'\n")),
    "one layer with the input": (("3x224x224 conv 64 k3", "max k2"), 2, (
        "the input and a layer are in one argument\n  given     `3x224x224 conv 64 k3`\n"
        "  expected  the input, and each layer, in an argument of its own\n  fix       write 3x224x224 'conv 64 k3'\n")),
    "sizes apart": (("224", "224", "-k", "3"), 2, (
        "a shape is in several arguments\n  given     `224` and `224`\n"
        "  expected  each shape in one argument, its sizes joined by x\n  fix       write 224x224\n")),
    "channels and sizes apart": (("3", "224", "224", "conv 64 k3"), 2, (
        "a shape is in several arguments\n  given     `3` and `224` and `224`\n"
        "  expected  each shape in one argument, its sizes joined by x\n  fix       write 3x224x224\n")),
    "wanted sizes apart": (("224x224", "-k", "3", "--want", "112", "112"), 2, (
        "a shape is in several arguments\n  given     `224x224` and `112`\n"
        "  expected  each shape in one argument, its sizes joined by x\n  fix       write it in one argument, such as 224x224\n")),
    "no kernel": (("3x224x224", "conv"), 2, (
        "a layer does not say how large its kernel is\n  given     conv\n  expected  a kernel, such as k3 or k3x5\n  fix       write conv k3\n")),
    "no kernel of a pool": (("3x224x224", "conv 64 k3", "max"), 2, (
        "layer 2 (max): a layer does not say how large its kernel is\n  given     max\n"
        "  expected  a kernel, such as k3 or k3x5\n  fix       write max k3\n")),
    "a word that is wrong": (("9", "max k2", "conv k3 sx2"), 2, (
        "layer 2: `sx2` means nothing in a layer\n  given     conv k3 sx2\n                    ^^^\n"
        "  expected  k, s, p, d, g or op with a value, the name of a padding rule, ceil or nobias\n  fix       remove it\n")),
    "words and options": (("9", "max k2", "-k", "3"), 2, (
        "layers in words and options of one layer are both there\n  given     `max k2`, and options for conv k3\n"
        "  expected  words, or options\n  fix       write the options as words: 'conv k3'\n")),
    "two kinds": (("9", "--pool", "max", "-t"), 2, (
        "a layer is of two kinds\n  given     --transposed --pool `max`\n  expected  one of them\n  fix       leave one out\n")),
    "output channels of a pool": (("9", "--pool", "max", "--out", "3"), 2, (
        "a pool has as many output channels as input channels\n  given     --out `3` --pool max\n  expected  no --out with --pool\n  fix       leave out --out\n")),
    "ceil mode of a convolution": (("9", "-k", "3", "--ceil"), 2, (
        "a convolution has no ceil mode\n  given     ceil\n  expected  kernel, stride, padding, dilation, groups, bias\n  fix       remove it\n")),
    "read in two ways": (("3x9x9", "max k2"), 2, (
        "the input can be read in several ways\n  given     input 3x9x9\n  expected  batch and channels before an @, and sizes after it\n"
        "  fix       write 3@9x9 for 3 channels of 9x9, or 1@3x9x9 for a volume of 3x9x9\n")),
    "a layer that does not fit": (("3@9x9", "conv 4 k3", "max k8"), 4, (
        "layer 2 (max k8): the kernel does not fit inside the padded input along height\n"
        "  given     input 4@7x7: input 7 + padding 0+0 = 7; kernel 8\n"
        "  expected  a padded input of at least 8\n  fix       add 1 padding on each side, or use a smaller kernel\n")),
    "a size out of reach": (("224", "-k", "3", "--want", "500"), 4, (
        "nothing within the bounds makes 500 of 224 along length\n  given     conv k3, with stride 1..8, padding 0..5, dilation 1..3\n"
        "  expected  a size within reach: 228 by conv k3 p4 d2\n"
        "  fix       ask for --want 228\n")),
    "an option without its value": (("--inputs-for",), 2, (
        "option '--inputs-for' requires an argument\n  given     convcalc shape --inputs-for\n"
        "  expected  convcalc shape [INPUT|FILE] [LAYER]... [OPTIONS]\n  fix       see convcalc shape --help\n")),
    "two questions": (("9", "-k", "3", "--want", "5", "--inputs-for", "5"), 2, (
        "--want and --inputs-for are two questions\n  given     --want `5` --inputs-for `5`\n  expected  one of them\n"
        "  fix       ask for the settings with --want, for the inputs with --inputs-for\n")),
    "settings of two layers": (("9", "conv k3", "max k2", "--want", "5"), 2, (
        "--want looks for the settings of one layer\n  given     2 layers\n  expected  one layer, what is fixed of it in words or by options\n"
        "  fix       write 'max k2' alone, with the shape that it gets as the input\n")),
    "a bound of nothing": (("9", "-k", "3", "--want", "5", "--up-to", "foo=3"), 2, (
        "a bound is not understood\n  given     --up-to `foo=3`\n  expected  NAME=N, where NAME is one of kernel, stride, padding, dilation\n"
        "  fix       write --up-to kernel=31\n")),
    "a bound that is no number": (("9", "-k", "3", "--want", "5", "--up-to", "stride=x"), 2, (
        "a bound is not understood\n  given     --up-to `stride=x`\n  expected  NAME=N, where NAME is one of kernel, stride, padding, dilation\n"
        "  fix       write --up-to stride=31\n")),
    "a format of tensors": (("9", "-k", "3", "-f", "npy"), 2, (
        f"npy is a form of tensors, and shapes are none\n  given     --format npy\n  expected  {FORMATS}\n  fix       write -f json\n")),
    "a file of tensors": (("9", "-k", "3", "-o", "y.csv"), 2, (
        f"csv is a form of tensors, and shapes are none\n  given     --output `y.csv`\n  expected  {FORMATS}\n  fix       write -f json\n")),
    "an unknown type": (("9", "-k", "3", "--dtype", "float31"), 2, (
        "dtype has no such choice\n  given     dtype `float31`\n"
        "  expected  one of float64, float32, float16, bfloat16, int64, int32, int16, int8, uint64, uint32, uint16, uint8\n"
        "  fix       did you mean float32?\n")),
    "no such file": (("nothing.yaml",), 3, (
        "there is no file for the layers\n  given     `nothing.yaml`\n"
        "  expected  a file, - for standard input, numbers such as '1 2; 3 4', or a name such as @sobel-x\n  fix       check the path\n")),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(arguments: tuple[str, ...], code: int, message: str, tmp_path: Path) -> None:
    run = convcalc("shape", *arguments, cwd=tmp_path)
    assert (run.out, run.err, run.code) == (b"", f"convcalc: error: {message}", code)


FAR = {
    "leave the stride free":                              (("224x224", "--want", "112", "-k", "3", "-s", "3"),                ("224x224", "--want", "112", "-k", "3")),
    "raise a bound: --up-to stride=11":                   (("224", "--want", "20", "-k", "3", "-p", "0"),                     ("224", "--want", "20", "-k", "3", "-p", "0", "--up-to", "stride=11")),
    "raise a bound: --up-to kernel=31 --up-to dilation=4": (("224", "--want", "1000", "-t", "--up-to", "kernel=31"),          ("224", "--want", "1000", "-t", "--up-to", "kernel=31", "--up-to", "dilation=4")),
    "ask for --want 229x229":                             (("224x224", "--want", "1000", "--up-to", "kernel=31"),             ("224x224", "--want", "229x229", "--up-to", "kernel=31")),
    "look for a transposed convolution: --transposed, or transposed instead of conv": (("9", "-k", "3", "--want", "40"),      ("9", "-k", "3", "--want", "40", "--transposed")),
}  # fmt: skip


@pytest.mark.parametrize(("fix", "typed"), FAR.items(), ids=FAR)
def test_what_is_told_to_mend_a_size_out_of_reach_does(
    fix: str, typed: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    first, then = (convcalc("shape", *arguments) for arguments in typed)
    assert (first.code, first.err.splitlines()[-1]) == (4, f"  fix       {fix}")
    assert then.code == 0
    assert then.text


def test_layers_beside_a_file(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("input: 9\nlayers: [max k2]\n")
    run = convcalc("shape", "net.yaml", "max k2", cwd=tmp_path)
    assert (run.code, run.err) == (2, (
        "convcalc: error: layers stand beside a file of layers\n  given     `net.yaml` and 1 more word\n"
        "  expected  a file, or layers\n  fix       write the layers into the file, or leave it out\n"
    ))  # fmt: skip


def test_a_mistake_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("input: 3@9x9\nlayers:\n  - conv 4 k3\n  - max k2 s0\n")
    run = convcalc("shape", "net.yaml", cwd=tmp_path)
    assert (run.code, run.err) == (3, (
        "convcalc: error: layer 2 (max k2 s0): stride is too small\n  in        net.yaml, line 4, column 5\n"
        "  given     input 4@7x7: stride = 0 along height\n  expected  stride of at least 1\n  fix       write stride 1 or more\n"
    ))  # fmt: skip


def test_sizes_of_any_magnitude_cost_nothing() -> None:
    far = "9" * 18
    run = convcalc("shape", f"{far}@{far}x{far}", f"conv {far} k{far} same", f"max k{far} s{far}", "-f", "json")
    assert run.code == 0, run.err
    assert convcalc("shape", f"transposed k{far} s{far}", f"transposed k{far} s{far}", "--inputs-for", far).code == 4
