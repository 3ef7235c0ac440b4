"""Problems as code of the frameworks: scripts that compute the same and assert it, and models with test vectors."""

from convcli.lazy import loader

FRAMEWORKS = ("pytorch", "tensorflow", "jax", "numpy")
"""What `script` writes for."""

__getattr__ = loader(
    __name__,
    {
        **dict.fromkeys(("archive", "model"), "convcli.render.code.in_onnx"),
        "script": "convcli.render.code.scripts",
    },
)

__all__ = ["FRAMEWORKS", "archive", "model", "script"]

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.render.code.in_onnx import archive, model
    from convcli.render.code.scripts import script
