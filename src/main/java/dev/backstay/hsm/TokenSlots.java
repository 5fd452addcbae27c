package dev.backstay.hsm;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds the slot that a token is in. SunPKCS11 is told a slot by its number only, and numbers
 * change when tokens are plugged in; the module itself knows labels. Sizes and offsets are those of
 * PKCS#11 2.40 (pkcs11t.h) where a CK_ULONG has 64 bits and structures are not packed: everywhere
 * but on Windows.
 */
final class TokenSlots {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final ValueLayout.OfLong ULONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfByte BOOL = ValueLayout.JAVA_BYTE;

  // CK_FUNCTION_LIST: a version padded to a pointer's size, then pointers in the order of
  // pkcs11f.h.
  private static final int C_INITIALIZE = 0;
  private static final int C_FINALIZE = 1;
  private static final int C_GET_SLOT_LIST = 4;
  private static final int C_GET_TOKEN_INFO = 6;
  private static final int FUNCTIONS = 68;

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  private static final long CKR_OK = 0;
  private static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;

  // CK_TOKEN_INFO begins with texts of fixed length, padded with blanks; 208 bytes altogether.
  private static final long TOKEN_INFO_BYTES = 208;

  private record Text(long offset, int length) {}

  private static final Map<String, Text> TEXTS =
      Map.of(
          "token", new Text(0, 32),
          "manufacturer", new Text(32, 32),
          "model", new Text(64, 16),
          "serial", new Text(80, 16));

  private final Path module;
  private final MemorySegment functions;

  private TokenSlots(Path module, MemorySegment functions) {
    this.module = module;
    this.functions = functions;
  }

  /**
   * @return the number of the slot
   * @throws ProblemException {@code token-module-missing}, {@code token-missing}, {@code
   *     token-ambiguous}, {@code token-failed}
   */
  static long find(TokenUri uri) {
    try {
      TokenSlots slots = load(uri.module());
      long initialized = slots.call(C_INITIALIZE, MemorySegment.NULL);
      if (initialized != CKR_OK && initialized != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
        throw slots.failed("C_Initialize", initialized);
      }
      try {
        return slots.only(uri);
      } finally {
        // Whoever initialised it goes on using it.
        if (initialized == CKR_OK) {
          slots.call(C_FINALIZE, MemorySegment.NULL);
        }
      }
    } catch (ProblemException known) {
      throw known;
    } catch (IOException unreadable) {
      throw TokenProblems.moduleMissing(
          uri.module(), "it cannot be read: " + unreadable.getClass().getSimpleName());
    } catch (Throwable impossible) {
      throw new LinkageError("a PKCS#11 module cannot be called", impossible);
    }
  }

  private static TokenSlots load(Path module) throws Throwable {
    if (!Files.exists(module)) {
      throw TokenProblems.moduleMissing(module, "there is no such file");
    }
    requireLibrary(module);
    SymbolLookup library;
    try {
      // Never unloaded: SunPKCS11 uses the same one.
      library = SymbolLookup.libraryLookup(module, Arena.global());
    } catch (IllegalArgumentException notLoadable) {
      throw TokenProblems.moduleMissing(module, "this is not a library that can be loaded");
    }
    MemorySegment entry =
        library
            .find("C_GetFunctionList")
            .orElseThrow(
                () -> TokenProblems.moduleMissing(module, "this is not a PKCS#11 library"));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
      long result =
          (long)
              LINKER
                  .downcallHandle(entry, FunctionDescriptor.of(ULONG, ValueLayout.ADDRESS))
                  .invokeExact(pointer);
      if (result != CKR_OK) {
        throw TokenProblems.moduleMissing(module, "this PKCS#11 library does not answer");
      }
      long size = (1L + FUNCTIONS) * ValueLayout.ADDRESS.byteSize();
      return new TokenSlots(module, pointer.get(ValueLayout.ADDRESS, 0).reinterpret(size));
    }
  }

  /**
   * The virtual machine would print a warning of its own about whatever else it is told to load.
   */
  private static void requireLibrary(Path module) throws IOException {
    try (InputStream in = Files.newInputStream(module)) {
      if (!Arrays.equals(in.readNBytes(ELF.length), ELF)) {
        throw TokenProblems.moduleMissing(module, "this is not a library that can be loaded");
      }
    }
  }

  private long only(TokenUri uri) throws Throwable {
    List<Long> found = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (long slot : slots()) {
      // Empty: pulled meanwhile, or broken; that is told if it was the one.
      Map<String, String> token = token(slot);
      // A slot for a token yet to be made has no label.
      if (!token.getOrDefault("token", "").isEmpty()) {
        seen.add("'" + token.get("token") + "'");
      }
      if (token.entrySet().containsAll(uri.token().entrySet())) {
        found.add(slot);
      }
    }
    if (found.size() > 1) {
      throw TokenProblems.tokenAmbiguous(module, uri.tokenWords());
    }
    if (found.isEmpty()) {
      throw TokenProblems.tokenMissing(
          module,
          uri.tokenWords(),
          seen.isEmpty()
              ? "the module sees none"
              : "the module sees " + seen.stream().sorted().collect(Collectors.joining(", ")));
    }
    return found.getFirst();
  }

  /** Those with a token in them. */
  private long[] slots() throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ULONG);
      slotList(MemorySegment.NULL, count);
      long slots = count.get(ULONG, 0);
      if (slots == 0) {
        return new long[0];
      }
      MemorySegment list = arena.allocate(ULONG, slots);
      slotList(list, count);
      // A token may have been pulled meanwhile.
      return list.asSlice(0, Math.min(slots, count.get(ULONG, 0)) * ULONG.byteSize())
          .toArray(ULONG);
    }
  }

  private void slotList(MemorySegment list, MemorySegment count) throws Throwable {
    byte tokenPresent = 1;
    long result =
        (long)
            LINKER
                .downcallHandle(
                    function(C_GET_SLOT_LIST),
                    FunctionDescriptor.of(ULONG, BOOL, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                .invokeExact(tokenPresent, list, count);
    if (result != CKR_OK) {
      throw failed("C_GetSlotList", result);
    }
  }

  private Map<String, String> token(long slot) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(TOKEN_INFO_BYTES, ULONG.byteAlignment());
      long result =
          (long)
              LINKER
                  .downcallHandle(
                      function(C_GET_TOKEN_INFO),
                      FunctionDescriptor.of(ULONG, ULONG, ValueLayout.ADDRESS))
                  .invokeExact(slot, info);
      Map<String, String> token = new HashMap<>();
      if (result != CKR_OK) {
        return token;
      }
      TEXTS.forEach((name, text) -> {
        byte[] padded = info.asSlice(text.offset(), text.length()).toArray(ValueLayout.JAVA_BYTE);
        token.put(name, new String(padded, StandardCharsets.UTF_8).stripTrailing());
      });
      return token;
    }
  }

  private long call(int function, MemorySegment argument) throws Throwable {
    return (long)
        LINKER
            .downcallHandle(function(function), FunctionDescriptor.of(ULONG, ValueLayout.ADDRESS))
            .invokeExact(argument);
  }

  private MemorySegment function(int index) {
    return functions.getAtIndex(ValueLayout.ADDRESS, 1L + index);
  }

  private ProblemException failed(String function, long result) {
    return TokenProblems.failed(
        module.toString(), function + " returned 0x" + Long.toHexString(result));
  }
}
