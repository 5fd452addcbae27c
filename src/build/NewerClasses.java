import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites a jar so that classes of Java 5 are classes of Java 8: the same code, with the stack maps
 * that a modern verifier wants. The JVM's AOT cache refuses classes older than Java 6 and whatever
 * refers to them, which would be every command. A jar that has none is left as it is.
 *
 * <p>{@code java NewerClasses.java JAR}
 */
final class NewerClasses {
  private static final int JAVA_8 = 52;

  private NewerClasses() {}

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Path rewritten = jar.resolveSibling(jar.getFileName() + ".new");
    try (ZipFile from = new ZipFile(jar.toFile());
        URLClassLoader siblings = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
      if (!hasOld(from)) {
        return;
      }
      ClassFile format =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(siblings)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      try (OutputStream file = Files.newOutputStream(rewritten);
          ZipOutputStream to = new ZipOutputStream(file)) {
        for (ZipEntry entry : Collections.list(from.entries())) {
          ZipEntry copy = new ZipEntry(entry.getName());
          copy.setTimeLocal(entry.getTimeLocal());
          to.putNextEntry(copy);
          byte[] bytes = from.getInputStream(entry).readAllBytes();
          to.write(isOld(entry, bytes) ? newer(format, bytes) : bytes);
          to.closeEntry();
        }
      }
    }
    Files.move(rewritten, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean hasOld(ZipFile jar) throws IOException {
    for (ZipEntry entry : Collections.list(jar.entries())) {
      if (isOld(entry, jar.getInputStream(entry).readAllBytes())) {
        return true;
      }
    }
    return false;
  }

  /** Bytes 6 and 7 of a class file are its major version (JVMS 4.1). */
  private static boolean isOld(ZipEntry entry, byte[] bytes) {
    return entry.getName().endsWith(".class") && (bytes[6] << 8 | bytes[7]) < JAVA_8;
  }

  private static byte[] newer(ClassFile format, byte[] bytes) {
    ClassTransform code = ClassTransform.transformingMethodBodies((to, element) -> to.with(element));
    return format.transformClass(
        format.parse(bytes),
        code.andThen((to, element) -> {
          if (element instanceof ClassFileVersion) {
            to.withVersion(JAVA_8, 0);
          } else {
            to.with(element);
          }
        }));
  }
}
