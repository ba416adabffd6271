# devkit's build. Everything is found by pattern: a new file in cli/, plugins/NAME/ or tests/ needs no line here.
#
#   make            the program and its plugins, in build/ (runs from there)
#   make check      every test        make check-asan   the same under sanitizers
#   make lint       make bench        make install PREFIX=/usr/local DESTDIR=
#
# Variables: BUILD (folder), CC, CXX, OPTIMIZE, SANITIZE (address,undefined), COVERAGE=1, FAULTS=1, WERROR= (off), V=1 (show commands)

VERSION := 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
CC ?= cc
CXX ?= c++
PKG_CONFIG ?= pkg-config
PYTHON ?= /usr/bin/python3
OPTIMIZE ?= -O2
WERROR ?= -Werror
# A line says what is made; V=1 says how.
Q := $(if $(V),,@)
say = @$(if $(V),:,printf '  %-5s %s\n' '$(1)' '$(2)')

# What linkers call the same things. macOS is written by the book, not tried.
ifeq ($(shell uname -s),Darwin)
BREW := $(shell brew --prefix 2>/dev/null || echo /usr/local)
export PKG_CONFIG_PATH := $(BREW)/opt/libpq/lib/pkgconfig:$(BREW)/opt/openssl@3/lib/pkgconfig:$(PKG_CONFIG_PATH)
SYSTEM_FLAGS := -I$(BREW)/include
EXPORTS = { echo _dk_*; } >$@
EXPORT_LIST = -Wl,-exported_symbols_list,$(BUILD)/exports.list
SONAME = -undefined dynamic_lookup -Wl,-install_name,@rpath/$(@F)
NEEDED = -undefined dynamic_lookup -Wl,-dead_strip_dylibs -Wl,-rpath,@loader_path
LDFLAGS += -L$(BREW)/lib
STATIC_GCC :=
STATIC_CXX :=
else
EXPORTS = echo '{ dk_*; };' >$@
EXPORT_LIST = -Wl,--dynamic-list=$(BUILD)/exports.list
# Our shared objects bind their symbols when they are opened: see cli/host/loader.h.
OWN_NOW := -Wl,-z,now
SONAME = -Wl,-soname,$(@F) $(OWN_NOW)
NEEDED = -Wl,-rpath,'$$ORIGIN' -Wl,--as-needed $(OWN_NOW)
STATIC_GCC := -static-libgcc
STATIC_CXX := -static-libstdc++
endif
JANSSON_LIBS := $(shell $(PKG_CONFIG) --libs jansson 2>/dev/null || echo -ljansson)

WARNINGS := -Wall -Wextra $(WERROR) -Wshadow -Wpointer-arith -Wwrite-strings -Wmissing-field-initializers
COMMON := $(OPTIMIZE) -g -fPIC -fvisibility=hidden -fno-semantic-interposition -pthread $(WARNINGS) \
	-D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DDEVKIT_VERSION='"$(VERSION)"' -DDEVKIT_PREFIX='"$(PREFIX)"' \
	-Icli/sdk -Icli -Iplugins
ifdef SYSTEM_FLAGS
COMMON += $(SYSTEM_FLAGS)
endif
LINK := -pthread
ifdef SANITIZE
COMMON += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK += -fsanitize=$(SANITIZE)
STATIC_CXX :=
else
COMMON += -D_FORTIFY_SOURCE=2 -fstack-protector-strong
LINK += $(STATIC_GCC)
endif
ifneq ($(COVERAGE),)
COMMON += --coverage -DDEVKIT_COVERAGE
LINK += --coverage
endif
ifdef FAULTS
COMMON += -DDEVKIT_FAULTS
endif
C_FLAGS = -std=c17 -Wstrict-prototypes -Wmissing-prototypes $(COMMON) $(CPPFLAGS) $(CFLAGS)
CXX_FLAGS = -std=c++17 -fno-exceptions -fno-rtti $(COMMON) $(CPPFLAGS) $(CXXFLAGS)

# What each kit library stands on: the one place that names a third party's library.
LIBS_pg := $(shell $(PKG_CONFIG) --libs libpq 2>/dev/null || echo -lpq)
CFLAGS_pg := $(shell $(PKG_CONFIG) --cflags libpq 2>/dev/null)
LIBS_hash := $(shell $(PKG_CONFIG) --libs libcrypto 2>/dev/null || echo -lcrypto)
LIBS_http := $(shell $(PKG_CONFIG) --libs libcurl 2>/dev/null || echo -lcurl)
LIBS_compose := $(shell $(PKG_CONFIG) --libs yaml-0.1 2>/dev/null || echo -lyaml)
LIBS_archive := $(shell $(PKG_CONFIG) --libs libarchive 2>/dev/null || echo -larchive)

CLI_SOURCES := $(sort $(wildcard cli/*.c cli/*/*.c))
CLI_CXX_SOURCES := $(sort $(wildcard cli/*/*.cc))
KITS := $(sort $(patsubst plugins/kit/%/,%,$(dir $(wildcard plugins/kit/*/*.c))))
PLUGINS := $(sort $(patsubst plugins/%/plugin.c,%,$(wildcard plugins/*/plugin.c)))
object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
CLI_OBJECTS := $(call object,$(CLI_SOURCES)) $(patsubst %.cc,$(BUILD)/obj/%.o,$(CLI_CXX_SOURCES))
KIT_LIBRARIES := $(KITS:%=$(BUILD)/plugins/libdevkit-%.so)
PLUGIN_LIBRARIES := $(PLUGINS:%=$(BUILD)/plugins/%.so)
kit_objects = $(call object,$(sort $(wildcard plugins/kit/$(1)/*.c)))
plugin_objects = $(call object,$(sort $(wildcard plugins/$(1)/*.c)))
ALL_OBJECTS := $(CLI_OBJECTS) $(foreach kit,$(KITS),$(call kit_objects,$(kit))) \
	$(foreach plugin,$(PLUGINS),$(call plugin_objects,$(plugin)))

.PHONY: all check check-unit check-asan lint bench clean install uninstall faults coverage fuzz tests bench-programs FORCE
.DELETE_ON_ERROR:
.SECONDEXPANSION:
.SECONDARY:

all: $(BUILD)/devkit $(KIT_LIBRARIES) $(PLUGIN_LIBRARIES) $(BUILD)/plugins/index.jsonl

# Rebuild when the flags change, not only when a source does.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CXX) $(C_FLAGS) $(CXX_FLAGS) $(LINK) $(OWN_NOW)' | cmp -s - $@ || echo '$(CC) $(CXX) $(C_FLAGS) $(CXX_FLAGS) $(LINK) $(OWN_NOW)' >$@

CFLAGS_floor.c := $(CFLAGS_pg)
$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(C_FLAGS) $(foreach room,3 5,$(CFLAGS_$(word $(room),$(subst /, ,$<)))) -MMD -MP -c -o $@ $<
$(BUILD)/obj/%.o: %.cc $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CXX_FLAGS) -MMD -MP -c -o $@ $<

# The executable exports the SDK's functions and nothing else.
$(BUILD)/exports.list: $(wildcard cli/sdk/devkit/*.h)
	@mkdir -p $(@D)
	@$(EXPORTS)
$(BUILD)/devkit: $(CLI_OBJECTS) $(BUILD)/exports.list
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LINK) $(STATIC_CXX) $(EXPORT_LIST) -o $@ $(CLI_OBJECTS) \
		$(JANSSON_LIBS) -ldl $(LDFLAGS)

$(BUILD)/plugins/libdevkit-%.so: $$(call kit_objects,$$*)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK) -shared $(SONAME) -o $@ $^ $(LIBS_$*) $(LDFLAGS)
# A plugin depends on those kit libraries it really uses.
$(BUILD)/plugins/%.so: $$(call plugin_objects,$$*) | $(KIT_LIBRARIES)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK) -shared -L$(BUILD)/plugins -o $@ $^ $(NEEDED) \
		$(KITS:%=-ldevkit-%) $(JANSSON_LIBS) $(LDFLAGS)

# Made by opening the built plugins, so that their tables are the one source of help and completion.
$(BUILD)/plugins/index.jsonl: $(BUILD)/devkit $(PLUGIN_LIBRARIES)
	$(call say,INDEX,$@)
	$(Q)$(BUILD)/devkit plugin index --write $(BUILD)/plugins

# ── tests ────────────────────────────────────────────────────────────────────────────────────────────────
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(sort $(shell find tests/unit -name 'test_*.c' 2>/dev/null)))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_REPLAYS := $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/%)
$(BUILD)/libdevkit-tests.a: $(filter-out $(BUILD)/obj/cli/main.o,$(ALL_OBJECTS))
	@rm -f $@
	$(call say,AR,$@)
	$(Q)$(AR) qcs $@ $^
TEST_LIBS = $(BUILD)/libdevkit-tests.a $(foreach kit,$(KITS),$(LIBS_$(kit))) $(JANSSON_LIBS) -ldl
$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/libdevkit-tests.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LINK) -o $@ $< $(TEST_LIBS) -lcmocka $(if $(findstring /fakes/http_server,$(shell cat $(<:.o=.d))),-lmicrohttpd) $(LDFLAGS)
# The same targets, fed from their corpus by a plain main, for compilers without libFuzzer.
$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/obj/tests/fuzz/replay.o $(BUILD)/libdevkit-tests.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LINK) -o $@ $< $(BUILD)/obj/tests/fuzz/replay.o $(TEST_LIBS) $(LDFLAGS)

# Servers that stand in for others': one program a folder.
FAKES := $(patsubst tests/fakes/%/main.c,$(BUILD)/tests/fakes/%,$(wildcard tests/fakes/*/main.c))
CFLAGS_neon := $(CFLAGS_pg)
$(BUILD)/tests/fakes/%: $$(call object,$$(sort $$(wildcard tests/fakes/$$*/*.c))) $(BUILD)/libdevkit-tests.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LINK) -o $@ $(filter %.o,$^) $(TEST_LIBS) -lmicrohttpd $(LDFLAGS)

tests: all $(UNIT_TESTS) $(FUZZ_REPLAYS) $(FAKES)
check: tests
	$(PYTHON) tests/run.py --build $(BUILD)
check-unit: tests
	$(PYTHON) tests/run.py --build $(BUILD) unit fuzz cli
check-asan:
	$(MAKE) BUILD=build/asan SANITIZE=address,undefined OPTIMIZE=-O1 COVERAGE=$(COVERAGE) tests
	$(PYTHON) tests/run.py --build build/asan --sanitized
faults:
	$(MAKE) BUILD=build/faults FAULTS=1 all
coverage:
	$(MAKE) BUILD=build/coverage COVERAGE=1 OPTIMIZE=-O0 tests
	$(PYTHON) tests/run.py --build build/coverage
	scripts/coverage build/coverage

# ── the bench's own programs: the bare floor and an empty main ────────────────────────────────────────────
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK) -o $@ $< $(if $(filter floor,$*),$(LIBS_pg)) $(LDFLAGS)
bench-programs: $(BUILD)/bench/floor $(BUILD)/bench/empty

fuzz:
	CC=clang CXX=clang++ scripts/fuzz
lint:
	scripts/lint
bench:
	scripts/bench

install: all
	scripts/install-files '$(BUILD)' '$(DESTDIR)$(PREFIX)'
uninstall:
	scripts/install-files --remove '$(BUILD)' '$(DESTDIR)$(PREFIX)'
clean:
	rm -rf build

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
