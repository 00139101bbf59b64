"""Conan 2: `conan create packaging/conan -s compiler.cppstd=20`, from a checkout.

With `-o "&:system_packages=True"` Eigen, nlohmann/json and SQLite are those of the
system; `-o "&:sqlite=True"` brings the store.
"""

from pathlib import Path
from typing import ClassVar

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

TREE = "CMakeLists.txt LICENSE cmake/* include/* src/* bindings/c/*".split()


class Relapse(ConanFile):
    name = "relapse"
    license = "MIT"
    description = "Early warning of relapse in addiction recovery, from check-ins"
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options: ClassVar = {
        "shared": [True, False],
        "fPIC": [True, False],
        "system_packages": [True, False],
        "sqlite": [True, False],
    }
    default_options: ClassVar = {
        "shared": False,
        "fPIC": True,
        "system_packages": False,
        "sqlite": False,
    }
    implements = ("auto_shared_fpic",)

    @property
    def _checkout(self):
        return Path(self.recipe_folder).parent.parent

    def set_version(self):
        text = load(self, self._checkout / "include/relapse/version.hpp")
        self.version = text.split('RELAPSE_VERSION "')[1].split('"')[0]

    def export_sources(self):
        for pattern in TREE:
            copy(self, pattern, self._checkout, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        if not self.options.system_packages:
            self.requires("eigen/3.4.0", transitive_headers=True)
            self.requires("nlohmann_json/3.11.3", transitive_headers=True)
            if self.options.sqlite:
                self.requires("sqlite3/3.45.3")

    def validate(self):
        check_min_cppstd(self, 20)

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        for name in ("BUILD_TESTS", "BUILD_EXAMPLES"):
            toolchain.cache_variables[f"RELAPSE_{name}"] = False
        toolchain.cache_variables["RELAPSE_WITHOUT_FIT"] = True
        toolchain.cache_variables["RELAPSE_BUILD_SQLITE"] = bool(self.options.sqlite)
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, Path(self.package_folder) / "licenses")

    def package_info(self):
        # The package of CMake that is installed is the one to find.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = ["lib/cmake/relapse"]
