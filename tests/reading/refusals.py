"""Refusals: a label, what kind of source, its text, and the whole message. A mistake in each is found by its place."""

REFUSALS: dict[str, tuple[str, str, str]] = {
    "ragged rows inline": (
        "inline",
        "[[1, 2, 3], [4, 5]]",
        """\
the rows of the input have different lengths
  in        the inline input, column 13
  given     [[1, 2, 3], [4, 5]]
                        ^^^^^^
  expected  3 numbers in row 1, as in row 0
  fix       row 1 has 2: add 1 number
""",
    ),
    "ragged rows of a print": (
        "inline",
        "[[1 2]\n [3 4 5]]",
        """\
the rows of the input have different lengths
  in        the inline input, line 2, column 2
  given      [3 4 5]]
             ^^^^^^^
  expected  2 numbers in row 1, as in row 0
  fix       row 1 has 3: remove 1 number
""",
    ),
    "ragged planes": (
        "inline",
        "[[[1, 2], [3, 4]], [[5, 6]]]",
        """\
the planes of the input have different lengths
  in        the inline input, column 20
  given     [[[1, 2], [3, 4]], [[5, 6]]]
                               ^^^^^^^^
  expected  2 rows in plane 1, as in plane 0
  fix       plane 1 has 1: add 1 row
""",
    ),
    "ragged row of a later plane": (
        "inline",
        "[[[1, 2], [3, 4]], [[5, 6], [7]]]",
        """\
the rows of the input have different lengths
  in        the inline input, column 29
  given     [[[1, 2], [3, 4]], [[5, 6], [7]]]
                                        ^^^
  expected  2 numbers in row [1][1], as in row [0][0]
  fix       row [1][1] has 1: add 1 number
""",
    ),
    "ragged block": (
        "inline",
        "[[[[1]], [[2]]], [[[3]]]]",
        """\
the blocks of the input have different lengths
  in        the inline input, column 18
  given     [[[[1]], [[2]]], [[[3]]]]
                             ^^^^^^^
  expected  2 planes in block 1, as in block 0
  fix       block 1 has 1: add 1 plane
""",
    ),
    "ragged rows typed": (
        "inline",
        "1 2; 3 4 5",
        """\
the rows of the input have different lengths
  in        the inline input, column 6
  given     1 2; 3 4 5
                 ^^^^^
  expected  2 numbers in row 1, as in row 0
  fix       row 1 has 3: remove 1 number
""",
    ),
    "ragged rows in a block of YAML": (
        ".yaml",
        "input:\n  - [1, 2]\n  - [3]\n",
        """\
the rows of the input have different lengths
  in        x.yaml, line 3, column 5
  given       - [3]
                ^^^
  expected  2 numbers in row 1, as in row 0
  fix       row 1 has 1: add 1 number
""",
    ),
    "ragged planes in rows": (
        ".txt",
        "1 2\n3 4\n\n5 6\n",
        """\
the planes of the input have different lengths
  in        x.txt, line 4, column 1
  given     5 6
            ^^^
  expected  2 rows in plane 1, as in plane 0
  fix       plane 1 has 1: add 1 row
""",
    ),
    "ragged column of lists": (
        ".yaml",
        "- - 1\n  - 2\n- - 3\n",
        """\
the rows of the input have different lengths
  in        x.yaml, line 3, column 3
  given     - - 3
              ^^^
  expected  2 numbers in row 1, as in row 0
  fix       row 1 has 1: add 1 number
""",
    ),
    "number beside a list": (
        "inline",
        "[[1], 2]",
        """\
the input mixes numbers and lists on one level
  in        the inline input, column 7
  given     [[1], 2]
                  ^
  expected  every number inside the same count of brackets
  fix       give all rows the same depth of nesting
""",
    ),
    "list beside a number": (
        "inline",
        "[1, [2]]",
        """\
the input mixes numbers and lists on one level
  in        the inline input, column 5
  given     [1, [2]]
                ^
  expected  every number inside the same count of brackets
  fix       give all rows the same depth of nesting
""",
    ),
    "list beside a number, by blanks": (
        "inline",
        "[1 [2]]",
        """\
the input mixes numbers and lists on one level
  in        the inline input, column 4
  given     [1 [2]]
               ^
  expected  every number inside the same count of brackets
  fix       give all rows the same depth of nesting
""",
    ),
    "levels mixed in YAML": (
        ".yaml",
        "- 1\n- [2]\n",
        """\
the input mixes numbers and lists on one level
  in        x.yaml, line 2, column 3
  given     - [2]
              ^
  expected  every number inside the same count of brackets
  fix       give all rows the same depth of nesting
""",
    ),
    "empty list": (
        "inline",
        "[[1], []]",
        """\
the input has an empty list
  in        the inline input, column 7
  given     [[1], []]
                  ^^
  expected  at least one number in every list
  fix       fill it, or leave it out
""",
    ),
    "empty list in YAML": (
        ".yaml",
        "input: []\n",
        """\
the input has an empty list
  in        x.yaml, line 1, column 8
  given     input: []
                   ^^
  expected  at least one number in every list
  fix       fill it, or leave it out
""",
    ),
    "comma forgotten": (
        "inline",
        "[1, 2 3]",
        """\
a comma is missing in the input
  in        the inline input, column 7
  given     [1, 2 3]
                  ^
  expected  commas between all numbers and lists, or blanks between all of them
  fix       put a comma before it
""",
    ),
    "comma among blanks": (
        "inline",
        "[1 2, 3]",
        """\
the input mixes commas and blanks
  in        the inline input, column 5
  given     [1 2, 3]
                ^
  expected  blanks between all numbers, as before this comma, or commas between all of them
  fix       put a comma between every two numbers
""",
    ),
    "comma doubled": (
        "inline",
        "[1,,2]",
        """\
a number is missing in the input
  in        the inline input, column 4
  given     [1,,2]
               ^
  expected  a number or a list on both sides of every comma
  fix       remove one comma, or write the number between
""",
    ),
    "comma first": (
        "inline",
        "[,1]",
        """\
a number is missing in the input
  in        the inline input, column 2
  given     [,1]
             ^
  expected  a number or a list on both sides of every comma
  fix       remove the comma
""",
    ),
    "comma last": (
        "inline",
        "[1,]",
        """\
a number is missing in the input
  in        the inline input, column 4
  given     [1,]
               ^
  expected  a number or a list on both sides of every comma
  fix       remove the comma
""",
    ),
    "brackets left open": (
        "inline",
        "[[1, 2], [3, 4]",
        """\
the input ends inside its brackets
  in        the inline input, column 16
  given     [[1, 2], [3, 4]
                           ^
  expected  1 more closing bracket at the end
  fix       add ]
""",
    ),
    "something after the brackets": (
        "inline",
        "[1, 2] x",
        """\
the input goes on after its last bracket
  in        the inline input, column 8
  given     [1, 2] x
                   ^
  expected  one list
  fix       remove it
""",
    ),
    "two lists": (
        "inline",
        "[1, 2] [3, 4]",
        """\
the input goes on after its last bracket
  in        the inline input, column 8
  given     [1, 2] [3, 4]
                   ^
  expected  one list
  fix       put brackets around all the lists, and commas between
""",
    ),
    "print cut off": (
        "inline",
        "array([1, 2]",
        """\
the input is not a whole print
  in        the inline input, column 13
  given     array([1, 2]
                        ^
  expected  a closing parenthesis
  fix       add )
""",
    ),
    "print of one number": (
        "inline",
        "tensor(5., dtype=torch.float64)",
        """\
the input is a lone number
  in        the inline input, column 8
  given     tensor(5., dtype=torch.float64)
                   ^^
  expected  a list of numbers
  fix       write [5.]
""",
    ),
    "print with an ellipsis": (
        "inline",
        "[1 2 ... 9]",
        """\
a cell of the input is not a number: the print leaves numbers out; print the whole tensor
  in        the inline input, column 6
  given     [1 2 ... 9]
                 ^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       print all of it: numpy.set_printoptions(threshold=sys.maxsize), torch.set_printoptions(profile='full')
""",
    ),
    "lone number": (
        "inline",
        "5",
        """\
the input is a lone number
  in        the inline input, column 1
  given     5
            ^
  expected  a list of numbers
  fix       write [5]
""",
    ),
    "lone fraction": (
        "inline",
        "-1/3",
        """\
the input is a lone number
  in        the inline input, column 1
  given     -1/3
            ^^^^
  expected  a list of numbers
  fix       write [-1/3]
""",
    ),
    "lone number in YAML": (
        ".yaml",
        "input: 5\n",
        """\
the input is a lone number
  in        x.yaml, line 1, column 8
  given     input: 5
                   ^
  expected  a list of numbers
  fix       write [5]
""",
    ),
    "lone word that is no number": (
        "inline",
        "010",
        """\
a cell of the input is not a number: a leading zero means octal to some readers and nothing to others; leave it out
  in        the inline input, column 1
  given     010
            ^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 10
""",
    ),
    "octal": (
        "inline",
        "[1, 010]",
        """\
a cell of the input is not a number: a leading zero means octal to some readers and nothing to others; leave it out
  in        the inline input, column 5
  given     [1, 010]
                ^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 10
""",
    ),
    "base 60": (
        "inline",
        "[1:30, 2]",
        """\
a cell of the input is not a number: YAML 1.1 reads it in base 60; write one number
  in        the inline input, column 2
  given     [1:30, 2]
             ^^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write a number there
""",
    ),
    "underscore": (
        "inline",
        "[1_000]",
        """\
a cell of the input is not a number: write digits without `_`
  in        the inline input, column 2
  given     [1_000]
             ^^^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 1000
""",
    ),
    "yes": (
        ".yaml",
        "- [1, yes]\n",
        """\
a cell of the input is not a number: write 1 or 0
  in        x.yaml, line 1, column 7
  given     - [1, yes]
                  ^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 1
""",
    ),
    "null": (
        ".yaml",
        "- [1, null]\n",
        """\
a cell of the input is not a number: every cell needs a number; write 0 if that is meant
  in        x.yaml, line 1, column 7
  given     - [1, null]
                  ^^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 0
""",
    ),
    "empty cell of YAML": (
        ".yaml",
        "- 1\n-\n",
        """\
a cell of the input is not a number: every cell needs a number; write 0 if that is meant
  in        x.yaml, line 2, column 2
  given     -
             ^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 0
""",
    ),
    "date": (
        ".yaml",
        "- 2024-01-01\n",
        """\
a cell of the input is not a number: it is a date
  in        x.yaml, line 1, column 3
  given     - 2024-01-01
              ^^^^^^^^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write a number there
""",
    ),
    "quoted cell": (
        ".yaml",
        '- ["1", 2]\n',
        """\
a cell of the input is not a number: quoted text is not a number; leave the quotes out
  in        x.yaml, line 1, column 4
  given     - ["1", 2]
               ^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 1
""",
    ),
    "quoted cell of JSON": (
        ".json",
        '[["1", 2]]',
        """\
a cell of the input is not a number: quoted text is not a number; leave the quotes out
  in        x.json, line 1, column 3
  given     [["1", 2]]
              ^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 1
""",
    ),
    "quoted fraction of a stranger": (
        ".json",
        '{"data": ["5/3"]}',
        """\
a cell of the input is not a number: quoted text is not a number; leave the quotes out
  in        x.json, line 1, column 11
  given     {"data": ["5/3"]}
                      ^^^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 5/3
""",
    ),
    "Arabic digits": (
        "inline",
        "[٣, 1]",
        """\
a cell of the input is not a number: write the digits 0 to 9
  in        the inline input, column 2
  given     [٣, 1]
             ^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 3
""",
    ),
    "hexadecimal": (
        "inline",
        "[0x1F]",
        """\
a cell of the input is not a number: write it in decimal
  in        the inline input, column 2
  given     [0x1F]
             ^^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 31
""",
    ),
    "too many digits": (
        "inline",
        "[1e999999999]",
        """\
a cell of the input is not a number: it has more than 4,300 digits when written out
  in        the inline input, column 2
  given     [1e999999999]
             ^^^^^^^^^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write a number there
""",
    ),
    "control characters in a cell": (
        "inline",
        "[1, a\u202eb]",
        """\
a cell of the input is not a number
  in        the inline input, column 5
  given     [1, a\\u202eb]
                ^^^^^^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write a number there
""",
    ),
    "tab and wide characters before": (
        "inline",
        "[\t１２ , x]",
        """\
a cell of the input is not a number: write the digits 0 to 9
  in        the inline input, column 3
  given     [ １２ , x]
              ^^^^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write 12
""",
    ),
    "header of CSV": (
        ".csv",
        "a,b\n1,2\n",
        """\
a cell of the input is not a number
  in        x.csv, line 1, column 1
  given     a,b
            ^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write a number there; if the line is a header, remove it
""",
    ),
    "semicolons in CSV": (
        ".csv",
        "1;2\n3;4\n",
        """\
the input has a semicolon in its CSV
  in        x.csv, line 1, column 2
  given     1;2
             ^
  expected  commas
  fix       separate the numbers of a row by commas
""",
    ),
    "blank line in CSV": (
        ".csv",
        "1,2\n\n3,4\n",
        """\
the input has a blank line between rows of CSV
  in        x.csv, line 3, column 1
  given     3,4
            ^
  expected  one row a line: CSV has two axes
  fix       remove the blank line, or name the file .txt, where a blank line begins a new plane
""",
    ),
    "empty cell of CSV": (
        ".csv",
        "1,,2\n",
        """\
the input has an empty cell
  in        x.csv, line 1, column 3
  given     1,,2
              ^
  expected  a number on both sides of every comma
  fix       remove the comma, or write the number
""",
    ),
    "comma at the end of a row": (
        ".csv",
        "1,2,\n3,4,\n",
        """\
the input has an empty cell
  in        x.csv, line 1, column 5
  given     1,2,
                ^
  expected  a number on both sides of every comma
  fix       remove the comma, or write the number
""",
    ),
    "comma at the very end": (
        ".csv",
        "1,2,",
        """\
the input has an empty cell
  in        x.csv, line 1, column 4
  given     1,2,
               ^
  expected  a number on both sides of every comma
  fix       remove the comma, or write the number
""",
    ),
    "commas, then blanks": (
        ".txt",
        "1,2\n3 4\n",
        """\
the input mixes commas and blanks
  in        x.txt, line 2, column 3
  given     3 4
              ^
  expected  commas between all numbers of a row, or blanks between all
  fix       put a comma between every two numbers
""",
    ),
    "blanks, then commas": (
        ".txt",
        "1 2\n3,4\n",
        """\
the input mixes commas and blanks
  in        x.txt, line 2, column 2
  given     3,4
             ^
  expected  commas between all numbers of a row, or blanks between all
  fix       put a comma between every two numbers
""",
    ),
    "comma before anything": (
        "inline",
        "1\n,2",
        """\
the input has an empty cell
  in        the inline input, line 2, column 1
  given     ,2
            ^
  expected  a number on both sides of every comma
  fix       remove the comma, or write the number
""",
    ),
    "empty row": (
        "inline",
        "1 2;; 3 4",
        """\
the input has an empty row
  in        the inline input, column 5
  given     1 2;; 3 4
                ^
  expected  numbers before every `;`
  fix       remove the semicolon
""",
    ),
    "nothing in it": (
        ".yaml",
        "\n",
        """\
x.yaml is empty
  in        x.yaml
  given     no numbers
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write the numbers, such as [[1, 2], [3, 4]]
""",
    ),
    "only comments": (
        ".txt",
        "# nothing\n",
        """\
x.txt is empty
  in        x.txt
  given     no numbers
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write the numbers, such as [[1, 2], [3, 4]]
""",
    ),
    "YAML that begins and says nothing": (
        ".yaml",
        "---\n",
        """\
the input is empty
  in        x.yaml, line 2, column 1
  given     no numbers
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write the numbers, such as [[1, 2], [3, 4]]
""",
    ),
    "double key": (
        ".yaml",
        "input: [1]\ninput: [2]\n",
        """\
the key `input` is there twice
  in        x.yaml, line 2, column 1
  given     input: [2]
            ^^^^^
  expected  each key once; the first is at x.yaml, line 1, column 1
  fix       remove one of them
""",
    ),
    "double key of JSON": (
        ".json",
        '{"data": [1], "data": [2]}',
        """\
the key `data` is there twice
  in        x.json, line 1, column 15
  given     {"data": [1], "data": [2]}
                          ^^^^^^
  expected  each key once; the first is at x.json, line 1, column 2
  fix       remove one of them
""",
    ),
    "alias": (
        ".yaml",
        "a: [1]\ninput: *a\n",
        """\
x.yaml has an alias, which convcalc does not read
  in        x.yaml, line 2, column 8
  given     input: *a
                   ^
  expected  values written out
  fix       write the value itself in place of the alias
""",
    ),
    "anchor": (
        ".yaml",
        "input: &a [1]\n",
        """\
x.yaml has an anchor, which convcalc does not read
  in        x.yaml, line 1, column 8
  given     input: &a [1]
                   ^
  expected  values without anchors
  fix       remove the & and its name
""",
    ),
    "merge key": (
        ".yaml",
        "input: {<<: 1}\n",
        """\
x.yaml has a merge key, which convcalc does not read
  in        x.yaml, line 1, column 9
  given     input: {<<: 1}
                    ^
  expected  keys written out
  fix       write the keys themselves in place of <<
""",
    ),
    "tag": (
        ".yaml",
        "input: !!int 3\n",
        """\
x.yaml has a tag, which convcalc does not read
  in        x.yaml, line 1, column 8
  given     input: !!int 3
                   ^
  expected  plain lists, numbers and words
  fix       remove the ! and its name
""",
    ),
    "two documents": (
        ".yaml",
        "---\ninput: [1]\n---\ninput: [2]\n",
        """\
x.yaml has a second document, which convcalc does not read
  in        x.yaml, line 3, column 1
  given     ---
            ^
  expected  one document
  fix       keep one, or put each in a file of its own
""",
    ),
    "YAML left open": (
        ".yaml",
        "input: {a: [1, 2\n",
        """\
x.yaml is not YAML: did not find expected ',' or ']'
  in        x.yaml, line 1, column 17
  given     input: {a: [1, 2
                            ^
  expected  YAML
  fix       check brackets, quotes and indentation here and on the line above
""",
    ),
    "YAML with a tab": (
        ".yaml",
        "input:\n\t- 1\n",
        """\
x.yaml is not YAML: found character that cannot start any token
  in        x.yaml, line 2, column 1
  given      - 1
            ^
  expected  YAML
  fix       indent with blanks; YAML allows no tabs
""",
    ),
    "name without quotes": (
        ".yaml",
        "kernel: @sobel-x\n",
        """\
x.yaml is not YAML: found character that cannot start any token
  in        x.yaml, line 1, column 9
  given     kernel: @sobel-x
                    ^
  expected  YAML
  fix       put the name in quotes: "@sobel-x"
""",
    ),
    "list as a key": (
        ".yaml",
        "? [1, 2]\n: 3\n",
        """\
a key is not a word
  in        x.yaml, line 1, column 3
  given     ? [1, 2]
              ^
  expected  a key such as input
  fix       write a word before the colon
""",
    ),
    "mapping as a key": (
        ".yaml",
        "{{a: 1}: 3}\n",
        """\
a key is not a word
  in        x.yaml, line 1, column 2
  given     {{a: 1}: 3}
             ^
  expected  a key such as input
  fix       write a word before the colon
""",
    ),
    "keys among numbers": (
        ".yaml",
        "input: [1, {a: 2}]\n",
        """\
the input has keys where numbers are expected
  in        x.yaml, line 1, column 12
  given     input: [1, {a: 2}]
                       ^
  expected  lists of numbers
  fix       remove the keys
""",
    ),
    "folded rows": (
        ".yaml",
        "input: >\n  1 2\n  3 4\n",
        """\
the input is folded text, whose lines are one
  in        x.yaml, line 1, column 8
  given     input: >
                   ^
  expected  a list, or rows after |
  fix       write | in place of >
""",
    ),
    "comment in JSON": (
        ".json",
        "// c\n[1]",
        """\
x.json is not JSON
  in        x.json, line 1, column 1
  given     // c
            ^^
  expected  a value
  fix       remove the comment, or name the file .yaml, where # begins one
""",
    ),
    "single quotes in JSON": (
        ".json",
        "{'data': [1]}",
        """\
x.json is not JSON
  in        x.json, line 1, column 2
  given     {'data': [1]}
             ^^^^^^
  expected  a key in double quotes, or }
  fix       write strings in double quotes
""",
    ),
    "trailing comma of JSON": (
        ".json",
        "[1, 2,]",
        """\
x.json is not JSON
  in        x.json, line 1, column 7
  given     [1, 2,]
                  ^
  expected  a value
  fix       remove the comma before it
""",
    ),
    "blanks in JSON": (
        ".json",
        "[1 2]",
        """\
x.json is not JSON
  in        x.json, line 1, column 4
  given     [1 2]
               ^
  expected  a comma or the closing bracket
  fix       correct it here, or just before
""",
    ),
    "two values of JSON": (
        ".json",
        "[1] [2]",
        """\
x.json is not JSON
  in        x.json, line 1, column 5
  given     [1] [2]
                ^
  expected  nothing more
  fix       keep one value, and remove the rest
""",
    ),
    "JSON left open": (
        ".json",
        '{"data": [1, 2',
        """\
x.json is not JSON
  in        x.json, line 1, column 15
  given     {"data": [1, 2
                          ^
  expected  a comma or the closing bracket
  fix       check that the text is complete
""",
    ),
    "string of JSON left open": (
        ".json",
        '{"data',
        """\
x.json is not JSON
  in        x.json, line 1, column 2
  given     {"data
             ^
  expected  a key in double quotes, or }
  fix       close the string with a double quote on the same line
""",
    ),
    "key of JSON without quotes": (
        ".json",
        "{data: [1]}",
        """\
x.json is not JSON
  in        x.json, line 1, column 2
  given     {data: [1]}
             ^^^^
  expected  a key in double quotes, or }
  fix       correct it here, or just before
""",
    ),
    "colon forgotten in JSON": (
        ".json",
        '{"data" [1]}',
        """\
x.json is not JSON
  in        x.json, line 1, column 9
  given     {"data" [1]}
                    ^
  expected  a colon
  fix       correct it here, or just before
""",
    ),
    "escape unknown to JSON": (
        ".json",
        '{"da\\qta": [1]}',
        """\
a string has an unknown escape
  in        x.json, line 1, column 2
  given     {"da\\qta": [1]}
             ^^^^^^^^
  expected  JSON escapes: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000
  fix       double the backslash
""",
    ),
    "bracket of JSON that does not match": (
        ".json",
        '{"data": [1}',
        """\
x.json is not JSON
  in        x.json, line 1, column 12
  given     {"data": [1}
                       ^
  expected  a comma or the closing bracket
  fix       correct it here, or just before
""",
    ),
    "braces that are neither JSON nor YAML": (
        ".txt",
        '{"data": [1}',
        """\
x.txt is not JSON
  in        x.txt, line 1, column 12
  given     {"data": [1}
                       ^
  expected  a comma or the closing bracket
  fix       correct it here, or just before
""",
    ),
    "no key says what is wanted": (
        ".yaml",
        "weights: [1]\nothers: [2]\n",
        """\
x.yaml does not say which of its values is the input
  in        x.yaml, line 1, column 1
  given     weights: [1]
            ^
  expected  the key data or input; its keys are weights, others
  fix       name the key after a colon, as in x.yaml:weights
""",
    ),
    "no key at all": (
        ".yaml",
        "{}",
        """\
x.yaml does not say which of its values is the input
  in        x.yaml, line 1, column 1
  given     {}
            ^
  expected  the key data or input; its keys are none
  fix       write numbers
""",
    ),
    "nested mapping without data": (
        ".yaml",
        "input: {weights: [1]}\n",
        """\
the input has keys where numbers are expected
  in        x.yaml, line 1, column 8
  given     input: {weights: [1]}
                   ^
  expected  lists of numbers
  fix       remove the keys
""",
    ),
    "unknown name in a file": (
        ".yaml",
        'input: "@sobelx"\n',
        """\
there is no tensor of this name
  in        x.yaml, line 1, column 9
  given     `@sobelx`
  expected  @sobel-x, @sobel-y, @laplacian, @gaussian, @sharpen, @emboss, @box, @identity, @arange, @ones, @zeros, @random
  fix       did you mean @sobel-x?
""",
    ),
    "unknown name": (
        "inline",
        "@sobelx",
        """\
there is no tensor of this name
  given     `@sobelx`
  expected  @sobel-x, @sobel-y, @laplacian, @gaussian, @sharpen, @emboss, @box, @identity, @arange, @ones, @zeros, @random
  fix       did you mean @sobel-x?
""",
    ),
    "name with a size too many": (
        "inline",
        "@sobel-x:3",
        """\
a name does not fit its form
  given     `@sobel-x:3`
  expected  @sobel-x, without a size
  fix       write @sobel-x
""",
    ),
    "name without its shape": (
        "inline",
        "@arange",
        """\
a name does not fit its form
  given     `@arange`
  expected  @arange:4,4
  fix       give sizes of 1 or more, separated by commas
""",
    ),
    "name of a bad size": (
        "inline",
        "@box:0",
        """\
a name does not fit its form
  given     `@box:0`
  expected  @box:3 or @box:3,5
  fix       give sizes of 1 or more, separated by commas
""",
    ),
    "even identity": (
        "inline",
        "@identity:4",
        """\
a name does not fit its form
  given     `@identity:4`
  expected  odd sizes: an even one has no centre
  fix       write @identity:3
""",
    ),
    "bad seed": (
        "inline",
        "@random:2,2:seed=x",
        """\
a name does not fit its form
  given     `@random:2,2:seed=x`
  expected  @random:4,4 or @random:4,4:seed=1
  fix       give the shape, and then seed= with an integer
""",
    ),
    "two seeds": (
        "inline",
        "@random:2,2:seed=1:seed=2",
        """\
a name does not fit its form
  given     `@random:2,2:seed=1:seed=2`
  expected  @random:4,4 or @random:4,4:seed=1
  fix       give the shape, and then seed= with an integer
""",
    ),
    "name with too many axes": (
        "inline",
        "@ones:1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
        """\
a name does not fit its form
  given     `@ones:1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,…`
  expected  at most 64 axes
  fix       give fewer sizes
""",
    ),
    "name of too many cells": (
        "inline",
        "@zeros:100000,100000",
        """\
`@zeros:100000,100000` is larger than convcalc takes on unasked
  given     10,000,000,000 numbers in one tensor
  expected  at most 10,000,000
  fix       raise the limit with --limit cells=10000000000
""",
    ),
    "too deep": (
        "inline",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        """\
the input has more axes than an array can have
  in        the inline input, column 1
  given     over 64 levels
  expected  at most 64
  fix       remove levels of nesting
""",
    ),
    "too deep in JSON": (
        ".json",
        '{"a":' * 65,
        """\
x.json has more axes than an array can have
  in        x.json, line 1, column 321
  given     over 64 levels
  expected  at most 64
  fix       remove levels of nesting
""",
    ),
    "too deep in YAML": (
        ".yaml",
        "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - 1",
        """\
x.yaml has more axes than an array can have
  in        x.yaml, line 1, column 129
  given     over 64 levels
  expected  at most 64
  fix       remove levels of nesting
""",
    ),
    "too deep in rows": (
        ".txt",
        "1\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n2",
        """\
the input has more axes than an array can have
  in        x.txt, line 65, column 1
  given     over 64 levels
  expected  at most 64
  fix       remove levels of nesting
""",
    ),
    "nothing": (
        "inline",
        "  ",
        """\
the input is empty
  given     ''
  expected  a file, -, numbers or a @name
  fix       name the input
""",
    ),
    "bad escape in a quoted string": (
        ".yaml",
        'input: "1 \\x32 x"\n',
        """\
a cell of the input is not a number
  in        x.yaml, line 1, column 8
  given     1 2 x
                ^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write a number there
""",
    ),
    "problem: unknown key": (
        "problem",
        "strid: 2\n",
        """\
the key `strid` means nothing here
  in        p.yaml, line 1, column 1
  given     strid: 2
            ^^^^^
  expected  input, kernel, bias, or the name of an option: stride, padding, dilation, groups, padding-mode, pad-value, flip, layout, kernel-layout, dtype, overflow
  fix       did you mean stride?
""",
    ),
    "problem: option set twice": (
        "problem",
        "pad-value: 1\npad_value: 2\n",
        """\
pad-value is set twice
  in        p.yaml, line 2, column 1
  given     pad_value: 2
            ^^^^^^^^^
  expected  it once; the first is at p.yaml, line 1, column 12
  fix       remove one
""",
    ),
    "problem: setting of nothing": (
        "problem",
        "stride:\n",
        """\
stride is set to nothing
  in        p.yaml, line 1, column 8
  given     stride:
                   ^
  expected  what its option takes, such as 2 or [2, 1] or [[1, 2], [0, 1]]
  fix       write stride as on the command line
""",
    ),
    "problem: setting of a truth value": (
        "problem",
        "stride: true\n",
        """\
stride is set to a truth value
  in        p.yaml, line 1, column 9
  given     stride: true
                    ^^^^
  expected  what its option takes, such as 2 or [2, 1] or [[1, 2], [0, 1]]
  fix       write stride as on the command line
""",
    ),
    "problem: setting of an empty list": (
        "problem",
        "stride: []\n",
        """\
stride is set to an empty list
  in        p.yaml, line 1, column 9
  given     stride: []
                    ^^
  expected  what its option takes, such as 2 or [2, 1] or [[1, 2], [0, 1]]
  fix       write stride as on the command line
""",
    ),
    "problem: setting of a mapping": (
        "problem",
        "stride: {a: 1}\n",
        """\
stride is set to a mapping
  in        p.yaml, line 1, column 9
  given     stride: {a: 1}
                    ^^^^^^
  expected  what its option takes, such as 2 or [2, 1] or [[1, 2], [0, 1]]
  fix       write stride as on the command line
""",
    ),
    "problem: setting of a deep list": (
        "problem",
        "padding: [[1, 2, 3]]\n",
        """\
padding is set to a list of another kind
  in        p.yaml, line 1, column 11
  given     padding: [[1, 2, 3]]
                      ^^^^^^^^^
  expected  what its option takes, such as 2 or [2, 1] or [[1, 2], [0, 1]]
  fix       write padding as on the command line
""",
    ),
    "problem: setting of a pair of lists": (
        "problem",
        "padding: [[[1], 2]]\n",
        """\
padding is set to a list of another kind
  in        p.yaml, line 1, column 11
  given     padding: [[[1], 2]]
                      ^^^^^^^^
  expected  what its option takes, such as 2 or [2, 1] or [[1, 2], [0, 1]]
  fix       write padding as on the command line
""",
    ),
    "problem: setting of thousands": (
        "problem",
        "stride: [" + "1, " * 1000 + "1]\n",
        """\
stride is set to a list of thousands
  in        p.yaml, line 1, column 9
  given     stride: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, …
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  expected  what its option takes, such as 2 or [2, 1] or [[1, 2], [0, 1]]
  fix       write stride as on the command line
""",
    ),
    "problem: one tensor": (
        "problem",
        "[1, 2]\n",
        """\
this is no problem file
  given     `p.yaml`, one tensor
  expected  a mapping with the keys input and kernel
  fix       give it as --input p.yaml, with --kernel
""",
    ),
    "problem: a result": (
        "problem",
        '{"schema": "convcalc/1", "output": {"shape": [1], "data": [1]}}',
        """\
p.yaml is a result, not a problem
  in        p.yaml, line 1, column 12
  given     {"schema": "convcalc/1", "output": {"shape": [1], "data": [1…
                       ^^^^^^^^^^^^
  expected  the keys input and kernel
  fix       give it as --input
""",
    ),
    "problem: a bad cell": (
        "problem",
        "stride: 2\nkernel:\n  - 1\n  - x\n",
        """\
a cell of the kernel is not a number
  in        p.yaml, line 4, column 5
  given       - x
                ^
  expected  a number, such as 3, -1.5, 2e3 or 1/3
  fix       write a number there
""",
    ),
}
