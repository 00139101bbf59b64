package org.relapse;

import com.sun.jna.Pointer;
import java.lang.ref.Cleaner;
import java.util.function.Consumer;

/** Holds something of the native library until it is closed, or lost. */
abstract class Held implements AutoCloseable {
  private final Pointer handle;
  private final Cleaner.Cleanable freed;
  private boolean closed;

  Held(Pointer handle, Consumer<Pointer> free) {
    this.handle = handle;
    this.freed = Door.CLEANER.register(this, () -> free.accept(handle));
  }

  Pointer handle() {
    if (closed) throw new IllegalStateException("is closed");
    return handle;
  }

  @Override
  public void close() {
    closed = true;
    freed.clean();
  }
}
