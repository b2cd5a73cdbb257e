"""Makes the NumPy files beside this script, which tests/numpy.rs reads; run it with NumPy 1 or 2."""

import os
import zipfile

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
x = np.arange(24).reshape(4, 3, 2)
np.save(f"{here}/f4.npy", (x / 4).astype("<f4"))
np.save(f"{here}/f8_fortran.npy", np.asfortranarray(x / 4))
np.save(f"{here}/f2_big.npy", (x / 4).astype(">f2"))
np.save(f"{here}/u1.npy", x.astype("u1"))
np.save(f"{here}/i8.npy", np.array([2, 0, 1, 2]))
np.save(f"{here}/scalar.npy", np.float64(0.5))
np.save(f"{here}/words.npy", np.array(["cat", "dog"]))
np.save(f"{here}/fields.npy", np.zeros(2, dtype=[("a", "<f8"), ("b", "<i4")]))
with open(f"{here}/version2.npy", "wb") as file:
    np.lib.format.write_array(file, np.array([1.5, 2.5]), version=(2, 0))
arrays = {"x_train": (x / 4).astype("f4"), "y_train": np.array([2, 0, 1, 2]), "y_soft": np.array([0.5, 1, 1.5, 2])}
np.savez(f"{here}/stored.npz", **arrays)
np.savez_compressed(f"{here}/deflated.npz", **arrays)

# As archives beyond 4 GiB are written: every size and place with 64 bits.
zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 10, 1
np.savez_compressed(f"{here}/wide.npz", **arrays)
