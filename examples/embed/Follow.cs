// Follows a person, in C# (.NET 7 or later; AllowUnsafeBlocks). The native library lies in
// runtimes/<rid>/native of the package.
using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

var monitor = new Relapse.Monitor("standard");
foreach (var line in File.ReadLines(args[0])) Console.WriteLine(monitor.Update(line));

namespace Relapse
{
    /// <summary>The error of a call, a document relapse/error/1.</summary>
    public sealed class RefusedException(string document) : Exception(document);

    /// <summary>One person, on one thread at a time.</summary>
    public sealed partial class Monitor : SafeHandle
    {
        public Monitor(string model) : base(IntPtr.Zero, true)
        {
            var name = Encoding.UTF8.GetBytes(model);
            Told(relapse_model_named(name, (nuint)name.Length, out var known, out var text), text);
            var status = relapse_monitor_new(known, null, 0, out var made, out text);
            relapse_model_free(known); // the monitor keeps it
            Told(status, text);
            SetHandle(made);
        }

        public string Update(string checkIn)
        {
            var bytes = Encoding.UTF8.GetBytes(checkIn);
            return Told(relapse_monitor_update(handle, bytes, (nuint)bytes.Length, out var text), text);
        }

        public override bool IsInvalid => handle == IntPtr.Zero;
        protected override bool ReleaseHandle() { relapse_monitor_free(handle); return true; }

        private static string Told(int status, IntPtr text)
        {
            var words = Marshal.PtrToStringUTF8(relapse_text_data(text), (int)relapse_text_size(text));
            relapse_text_free(text);
            return status == 0 ? words : throw new RefusedException(words);
        }

        [LibraryImport("relapse_c")] private static partial int relapse_model_named(byte[] name, nuint size, out IntPtr model, out IntPtr text);
        [LibraryImport("relapse_c")] private static partial void relapse_model_free(IntPtr model);
        [LibraryImport("relapse_c")] private static partial int relapse_monitor_new(IntPtr model, byte[]? start, nuint size, out IntPtr monitor, out IntPtr text);
        [LibraryImport("relapse_c")] private static partial int relapse_monitor_update(IntPtr monitor, byte[] checkIn, nuint size, out IntPtr text);
        [LibraryImport("relapse_c")] private static partial void relapse_monitor_free(IntPtr monitor);
        [LibraryImport("relapse_c")] private static partial IntPtr relapse_text_data(IntPtr text);
        [LibraryImport("relapse_c")] private static partial nuint relapse_text_size(IntPtr text);
        [LibraryImport("relapse_c")] private static partial void relapse_text_free(IntPtr text);
    }
}
