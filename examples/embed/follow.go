// Follows a person: `follow CHECK_INS` prints an assessment for each line of check-ins.
// CGO_CFLAGS=-IINCLUDE CGO_LDFLAGS="-LLIB -lrelapse_c" go build follow.go
package main

// #include <relapse/c/relapse.h>
import "C"

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"
)

// told takes what a call gave: the result, or the error as a document relapse/error/1.
func told(status C.int, out *C.relapse_text) (string, error) {
	defer C.relapse_text_free(out)
	text := C.GoStringN(C.relapse_text_data(out), C.int(C.relapse_text_size(out)))
	if status != C.RELAPSE_OK {
		return "", errors.New(text)
	}
	return text, nil
}

func chars(text string) (*C.char, C.size_t) {
	bytes := append([]byte(text), 0)
	return (*C.char)(unsafe.Pointer(&bytes[0])), C.size_t(len(text))
}

// Monitor follows one person, from one goroutine at a time.
type Monitor struct{ handle *C.relapse_monitor }

func NewMonitor(model string) (*Monitor, error) {
	var known *C.relapse_model
	var out *C.relapse_text
	name, size := chars(model)
	status := C.relapse_model_named(name, size, &known, &out)
	if _, err := told(status, out); err != nil {
		return nil, err
	}
	defer C.relapse_model_free(known) // the monitor keeps it
	monitor := &Monitor{}
	status = C.relapse_monitor_new(known, nil, 0, &monitor.handle, &out)
	_, err := told(status, out)
	runtime.SetFinalizer(monitor, func(m *Monitor) { C.relapse_monitor_free(m.handle) })
	return monitor, err
}

func (monitor *Monitor) Update(checkIn string) (string, error) {
	var out *C.relapse_text
	data, size := chars(checkIn)
	status := C.relapse_monitor_update(monitor.handle, data, size, &out)
	return told(status, out)
}

func follow(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	monitor, err := NewMonitor("standard")
	for lines := bufio.NewScanner(file); err == nil && lines.Scan(); {
		var assessment string
		if assessment, err = monitor.Update(lines.Text()); err == nil {
			fmt.Println(assessment)
		}
	}
	return err
}

func main() {
	if err := follow(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
